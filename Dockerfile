# One image for every process of the graph; docker-compose.yml says which command each container runs.
# Node runs the TypeScript without a build step: the build only installs the packages.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the embedded PostgreSQL and the tools (dev), and without the Node that comes from npm (optional).
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
# Production is the default: it refuses every secret of development.
ENV NODE_ENV=production HOST=0.0.0.0
# A volume that is mounted here is writable for the user below.
RUN install --directory --owner=node --group=node /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json supergraph.yaml .env.example ./
COPY commands/events.ts commands/gateway.ts commands/provision.ts commands/staff.ts commands/subgraph.ts commands/
COPY platform platform
COPY gateway gateway
COPY operations operations
COPY subgraphs subgraphs
# docker build --build-arg RELEASE=$(git rev-parse --short HEAD): the operator sees it in the log and in the health.
ARG RELEASE=
ENV RELEASE=$RELEASE
USER node
# On SIGTERM each process closes what it opened. Run it with an init (--init), which handles signals before Node does.
STOPSIGNAL SIGTERM
CMD ["node", "commands/gateway.ts"]
