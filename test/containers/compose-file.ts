// Reads docker-compose.yml and the Dockerfile as data: the command, variables, networks and privileges of each container.
// It knows only the settings that these files use and throws for any other, so that a new setting needs a change here.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = resolve(import.meta.dirname, '../..');

export type Variables = Readonly<Record<string, string>>;

const serviceShape = z.strictObject({
  image: z.string(),
  build: z
    .strictObject({ context: z.literal('.'), args: z.strictObject({ RELEASE: z.string() }) })
    .optional(),
  init: z.boolean().optional(),
  command: z.array(z.string()),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  depends_on: z
    .record(
      z.string(),
      z.object({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: z.union([
    z.strictObject({ disable: z.literal(true) }),
    z.strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
      start_period: z.string(),
    }),
  ]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()),
  shm_size: z.string().optional(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  restart: z.string(),
  stop_grace_period: z.string(),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});

const fileShape = z.object({
  services: z.record(z.string(), serviceShape),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.strictObject({ internal: z.literal(true) }).nullable()),
});

export type Service = z.infer<typeof serviceShape>;

/** Reads the file and expands its variables: with the given values, or else with the defaults of the file. */
export function readCompose(variables: Variables = {}): z.infer<typeof fileShape> {
  const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
  // Each subgraph repeats the aliases of all containers. The parser refuses a hundred of them, as an attack, unless it is told.
  return fileShape.parse(expandAll(parse(text, { merge: true, maxAliasCount: -1 }), variables));
}

/** Lists the names of the variables that docker-compose.yml expands. */
export function listComposeVariables(): string[] {
  const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
  return [...new Set([...text.matchAll(/(?<!\$)\$\{(\w+):-/g)].map(([, name]) => name ?? ''))];
}

function expandAll(value: unknown, given: Variables): unknown {
  if (typeof value === 'string') return expand(value, given);
  if (Array.isArray(value)) return value.map((entry) => expandAll(entry, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expandAll(entry, given)]));
}

function expand(text: string, given: Variables): string {
  return text.replaceAll(/\$(\$|\{(\w+):-([^}]*)\})?/g, (match, form, name, fallback) => {
    if (form === '$') return '$';
    if (name === undefined) throw new Error(`docker-compose.yml has a "${match}" without a default: ${text}`);
    return given[name] || fallback;
  });
}

export interface Image {
  /** Variables that every container of the image has. */
  environment: Variables;
  /** The paths of this project that the image contains. */
  paths: readonly string[];
}

/** Reads the last stage of the Dockerfile. */
export function readImage(): Image {
  const text =
    readFileSync(resolve(root, 'Dockerfile'), 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? '';
  const instructions = (name: string) =>
    [...text.matchAll(new RegExp(`^${name} (?!--from)(.*)$`, 'gm'))].map(([, words = '']) =>
      words.split(' '),
    );
  return {
    environment: Object.fromEntries(
      instructions('ENV')
        .flat()
        // A build without arguments leaves them empty.
        .map((pair) => pair.replace(/\$\w+$/, '').split('=', 2)),
    ),
    paths: instructions('COPY').flatMap((words) => words.slice(0, -1)),
  };
}
