// Serves GraphiQL to browsers: the page, with the content that the server gives it, and its files. Nothing comes from another host.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleError, createBundleFinder } from './bundle.ts';
import { type ConsoleContent, defaultContent } from './content.ts';
import { type Notice, renderNotice } from './notice-page.ts';

/**
 * Everything comes from this host. The editor writes elements with styles, and its fonts and icons are in the style sheet. The
 * workers are files, and get this policy too.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** How long a browser waits for the page before it is shown that the page is being built, in milliseconds. */
const patienceMs = 300;

export type SendPage = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Adds the routes of the files and of the icon. The returned function answers a request with the page. */
export function registerConsole(
  server: FastifyInstance,
  content: ConsoleContent = defaultContent,
  findBundle = createBundleFinder(),
): SendPage {
  server.get<{ Params: { name: string } }>('/console/assets/:name', async (request, reply) => {
    const folder = join(await findBundle(), 'assets');
    const { name } = request.params;
    const type = types[extname(name)];
    // Only what the folder lists is read, so that no name leads out of it.
    if (type === undefined || !readdirSync(folder).includes(name)) return reply.callNotFound();
    return (
      reply
        .header('content-security-policy', pagePolicy)
        // The name contains a hash of the content.
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(type)
        .send(await readFile(join(folder, name)))
    );
  });
  // The built page names its icon. A browser that sees another page or an answer asks for this one, and would report a 404.
  server.get('/favicon.ico', async (_request, reply) =>
    reply.code(204).header('cache-control', 'public, max-age=86400').send(),
  );
  return async (request, reply) => {
    const page = await Promise.race([
      findBundle().then((folder) => fillPage(folder, content), describeFailure),
      sleep(patienceMs, waiting),
    ]);
    const html =
      typeof page === 'string' ? page : renderNotice(page, `${request.protocol}://${request.host}/graphql`);
    return reply
      .header('content-security-policy', pagePolicy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html);
  };
}

const waiting: Notice = {
  title: 'GraphiQL is being built …',
  text: 'This happens once for each installation and takes some seconds. The page opens by itself.',
  refreshSeconds: 1,
};

function describeFailure(cause: unknown): Notice {
  if (cause instanceof ConsoleError) return { title: 'There is no GraphiQL here', text: cause.message };
  throw cause;
}

/** In a data block of a script only "<" could end the block. */
function fillPage(folder: string, content: ConsoleContent): string {
  const json = JSON.stringify(content).replaceAll('<', '\\u003c');
  return readFileSync(join(folder, 'index.html'), 'utf8').replace(
    /(<script type="application\/json" id="content">).*?(<\/script>)/s,
    (_match, start: string, end: string) => `${start}${json}${end}`,
  );
}
