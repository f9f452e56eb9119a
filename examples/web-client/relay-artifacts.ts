// A plugin of Vite in the place of Relay's for Babel: each graphql`…` becomes the artifact that the compiler of Relay wrote for it.
import type { Plugin } from 'vite';

const tagged = /graphql`\s*(?:query|mutation|subscription|fragment)\s+(\w+)[^`]*`/g;

export function relayArtifacts(): Plugin {
  return {
    name: 'relay-artifacts',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/src\/relay\/[^/]+\.tsx?$/.test(id) || !code.includes('graphql`')) return null;
      const names: string[] = [];
      const replaced = code.replaceAll(tagged, (_, name: string) => {
        names.push(name);
        return `${name}Artifact`;
      });
      const imports = names.map(
        (name) => `import ${name}Artifact from './__generated__/${name}.graphql.ts';`,
      );
      return { code: imports.join('') + replaced, map: null };
    },
  };
}
