// Four pages: an index, and one for each client. Each page loads the client that it shows, and no other.
import { defineConfig } from 'vite';
import { relayArtifacts } from './relay-artifacts.ts';

export default defineConfig({
  plugins: [relayArtifacts()],
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
  build: { rolldownOptions: { input: ['index.html', 'apollo.html', 'urql.html', 'relay.html'] } },
});
