// docker-compose.yml in the folder of a subgraph: what its team adds to the container that every subgraph gets, and the services,
// volumes and networks beside it. It may use the anchors that begin docker-compose.yml of the project.
import { parse } from 'yaml';
import { z } from 'zod';

const ownService = z.strictObject({
  environment: z.record(z.string(), z.string()).default({}),
  networks: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
});

export interface Extension {
  own: z.infer<typeof ownService>;
  /** As they are written, with their comments. */
  services: string;
  volumes: string;
  networks: string;
}

/** Reads the text of such a file; an empty one adds nothing. Throws an Error that names the subgraph. */
export function readExtension(text: string, name: string): Extension {
  const file = `subgraphs/${name}/docker-compose.yml`;
  const parts = splitByKey(text, 0);
  const unknown = [...parts.keys()].filter((key) => !['services', 'volumes', 'networks'].includes(key));
  if (unknown.length > 0)
    throw new Error(`${file} may have services, volumes and networks, not ${unknown.join(', ')}`);
  const services = splitByKey(parts.get('services')?.body ?? '', 2);
  const own = ownService.safeParse(parse(services.get(name)?.body ?? '{}'));
  if (!own.success)
    throw new Error(
      `${file}, services.${name} may add environment, networks and depends_on: ${z.prettifyError(own.error)}`,
    );
  services.delete(name);
  return {
    own: own.data,
    services: [...services].map(([key, { comments, body }]) => `${comments}  ${key}:\n${body}`).join('\n'),
    volumes: parts.get('volumes')?.body ?? '',
    networks: parts.get('networks')?.body ?? '',
  };
}

interface Block {
  /** The comments above the key. */
  comments: string;
  body: string;
}

/** The keys of a mapping with this indentation, each with the lines below it. */
function splitByKey(text: string, indentation: number): Map<string, Block> {
  const blocks = new Map<string, Block>();
  const key = new RegExp(`^ {${indentation}}([\\w-]+):$`);
  const comment = new RegExp(`^ {${indentation}}#`);
  let comments = '';
  let current: Block | undefined;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const found = key.exec(line)?.[1];
    if (found !== undefined) {
      current = { comments, body: '' };
      blocks.set(found, current);
      comments = '';
    } else if (comment.test(line)) comments += `${line}\n`;
    else if (current !== undefined) current.body += `${line}\n`;
  }
  return blocks;
}
