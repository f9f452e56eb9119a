// Where the graph is. A build reads VITE_GRAPH_URL from its environment or from a file .env; without it, `npm start` on this machine.
export const graphUrl: string = import.meta.env.VITE_GRAPH_URL ?? 'http://127.0.0.1:4000/graphql';

declare global {
  interface ImportMetaEnv {
    readonly VITE_GRAPH_URL?: string;
  }
}
