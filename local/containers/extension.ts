// docker-compose.yml in the folder of a subgraph: what its team adds to the container that every subgraph gets, and the services,
// volumes and networks beside it. It may use the anchors that begin docker-compose.yml of the project.
import { z } from 'zod';
import { readYamlBlocks, type YamlBlock } from './yaml-blocks.ts';

const sections = ['services', 'volumes', 'networks'];

const ownService = z.strictObject({
  environment: z.record(z.string(), z.string()).default({}),
  networks: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
});

export interface Extension {
  own: z.infer<typeof ownService>;
  /** As they are written, with their comments, behind two spaces. */
  services: string;
  volumes: string;
  networks: string;
}

/**
 * Reads the text of such a file; an empty one adds nothing. Throws an Error that names the subgraph's file, and the line of what cannot be
 * carried over as it is written.
 */
export function readExtension(text: string, name: string): Extension {
  const file = `subgraphs/${name}/docker-compose.yml`;
  const parts = readYamlBlocks(text, file);
  const unknown = parts.map(({ key }) => key).filter((key) => !sections.includes(key));
  if (unknown.length > 0)
    throw new Error(`${file} may have services, volumes and networks, not ${unknown.join(', ')}`);
  const list = (section: string) => parts.find(({ key }) => key === section)?.listBlocks() ?? [];
  const services = list('services');
  const ownBlock = services.find(({ key }) => key === name);
  const own = ownService.safeParse(ownBlock === undefined ? {} : ownBlock.toJs());
  if (!own.success)
    throw new Error(
      `${file}, services.${name} may add environment, networks and depends_on: ${z.prettifyError(own.error)}`,
    );
  return {
    own: own.data,
    services: joinTexts(
      services.filter((block) => block !== ownBlock),
      '\n',
    ),
    volumes: joinTexts(list('volumes')),
    networks: joinTexts(list('networks')),
  };
}

function joinTexts(blocks: readonly YamlBlock[], separator = ''): string {
  return blocks.map(({ text }) => text).join(separator);
}
