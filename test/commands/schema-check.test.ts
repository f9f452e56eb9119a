// npm run schema:check and npm run can-i-deploy, as CI runs them: over a graph elsewhere, with exit codes and sentences.
import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { formatAsyncApi } from '../../checks/events/asyncapi.ts';
import { buildCatalogue } from '../../checks/events/catalogue.ts';
import { blog, definePostWritten, postWrittenData, reader } from '../checks/events/blog.ts';
import { createRepository, type Repository, schemaFiles } from '../checks/schema/repository.ts';
import { runCommand } from '../support/commands.ts';

const shop = 'type Query { name: String! note: String }\n';
const variables = { PATH: process.env.PATH ?? '' };
let repository: Repository;
beforeAll(() => {
  repository = createRepository({ shop }, { name: 'query Name { name }' });
});
afterAll(() => rmSync(repository.folder, { recursive: true, force: true }));

/** From this folder, over a graph that lies elsewhere. */
async function run(command: string, ...args: string[]) {
  const options = ['--supergraph', repository.supergraph, '--operations', repository.operations];
  return runCommand(command, [...args, ...options], variables);
}

test('exits with 0 when nothing breaks, and with 1 when something does', async () => {
  expect(await run('schema-check')).toMatchObject({ status: 0, stderr: '' });

  repository.write(schemaFiles({ shop: shop.replace(' note: String', '') }));
  expect(await run('schema-check')).toMatchObject({ status: 1, stderr: '' });
  expect(await run('schema-check', '--allow-unused')).toMatchObject({ status: 0, stderr: '' });

  repository.write(schemaFiles({ shop: shop.replace('String!', 'String') }));
  const { status, stdout, stderr } = await run('schema-check', '--allow-unused', '--against', 'main');
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toContain('breaks Name at name (');
  expect(stdout.endsWith('breaks 1 of 1 registered operation. Failed.\n')).toBe(true);

  expect(await run('can-i-deploy', 'shop')).toMatchObject({ status: 0 });
  expect(await run('can-i-deploy', 'shop', '--any-order')).toMatchObject({ status: 1, stderr: '' });
  repository.write(schemaFiles({ shop: shop.replace('name: String!', 'name(of: ID!): String!') }));
  expect(await run('can-i-deploy', 'shop')).toMatchObject({ status: 1, stderr: '' });
});

test('says which followers a change of an event breaks, by the AsyncAPI document of both versions', async () => {
  const path = 'api/events.asyncapi.json';
  const build = (data: z.ZodRawShape) =>
    formatAsyncApi(buildCatalogue([{ ...blog, events: [definePostWritten(data)] }, reader]));
  repository.write({ ...schemaFiles({ shop }), [path]: build(postWrittenData) });
  repository.commit();
  const { stdout } = await run('schema-check');
  expect(stdout.endsWith('\nEvents\nNo change of an event; breaks 0 followers. Passed.\n')).toBe(true);

  repository.write({ [path]: build({ ...postWrittenData, authorId: z.string() }) });
  const failed = await run('schema-check', '--allow-unused');
  expect(failed).toMatchObject({ status: 1, stderr: '' });
  expect(failed.stdout).toContain('  ✗ blog post.written: format of authorId is absent, and was "uuid"\n');
  expect(failed.stdout).toContain('      breaks reader/posts\n');

  repository.write({ [path]: '{}' });
  expect(await run('schema-check')).toMatchObject({
    status: 1,
    stderr: `${path} of the working tree is no document that npm run events has written\n`,
  });
  repository.write({ [path]: null });
  repository.commit();
});

test('prints its usage or one sentence for arguments that it does not accept', async () => {
  const usage = (text: string, status = 2) => ({
    status,
    stdout: '',
    stderr: expect.stringMatching(text),
  });
  expect(await run('schema-check', '--agianst', 'main')).toEqual(usage('^usage: npm run schema:check .*\n$'));
  expect(await run('schema-check', 'main')).toEqual(usage('^usage: npm run schema:check .*\n$'));
  expect(await run('can-i-deploy')).toEqual(usage('^usage: npm run can-i-deploy -- <subgraph> .*\n$'));
  expect(await run('can-i-deploy', 'shop', 'shop')).toEqual(usage('^usage: npm run can-i-deploy'));
  expect(await run('can-i-deploy', 'nowhere')).toEqual(
    usage('^No subgraph is named "nowhere"; there are shop\n$', 1),
  );
  expect(await run('schema-check', '--against', 'v9')).toEqual(
    usage('^This repository has no commit "v9"; .*\n$', 1),
  );
});

// A copy of the files alone has no commit.
test.skipIf(!existsSync('.git'))('judges this graph against its own last commit', async () => {
  const { stdout, stderr } = await runCommand('schema-check', ['--against', 'HEAD'], variables);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Schema check: the working tree against HEAD/);
  expect(stdout).toMatch(/\n\nEvents\n[\s\S]*; breaks \d+ followers?\. (Passed|Failed)\.\n$/);
});
