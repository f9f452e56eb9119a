# One image for every process of the graph; docker-compose.yml says which command each container runs.
# Node runs the TypeScript as it stands: nothing is built but the folder of packages.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Neither the embedded PostgreSQL and the tools (dev) nor the Node that npm brings to other machines (optional).
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
# Strict unless told otherwise: production refuses every secret that development ships.
ENV NODE_ENV=production HOST=0.0.0.0
# For volumes: one that is laid over it is writable for the user below.
RUN install --directory --owner=node --group=node /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json supergraph.yaml ./
COPY commands/command.ts commands/gateway.ts commands/provision.ts commands/subgraph.ts commands/
COPY platform platform
COPY gateway gateway
COPY operations operations
COPY subgraphs subgraphs
USER node
# Every process closes what it opened when it is told to end. Give it an init (--init) for signals before that.
STOPSIGNAL SIGTERM
CMD ["node", "commands/gateway.ts"]
