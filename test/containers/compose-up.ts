// `docker-compose up` without Docker: each container is a process with the command and the variables of the container, in a
// folder that holds only the files of the image. All networks are 127.0.0.1; volumes and PostgreSQL servers are in a temporary
// folder. Everything else follows docker-compose.yml, including the dependencies.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, startCluster } from '../../local/postgres/cluster.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { readCompose, readImage, root, type Service, type Variables } from './compose-file.ts';

/** As long as docker-compose.yml allows: start_period and five checks after it. */
const timeoutMs = 55_000;

export interface Container {
  name: string;
  child: ChildProcess;
  /** The output of both streams so far. */
  output: () => string;
  /** Runs the command of the health check, and returns whether its exit code is 0. */
  isHealthy: () => Promise<boolean>;
  exited: Promise<number | null>;
}

export interface Composition {
  /** The containers with a health check, without the databases, in the order in which they started. */
  running: readonly Container[];
  /** Returns the address on this machine of a container's port, such as `gateway:4000`. */
  at: (address: string) => string;
}

/** Starts every service after its dependencies. `resources` holds all started services, also when this throws an error. */
export async function composeUp(resources: OpenResources, variables: Variables = {}): Promise<Composition> {
  const { services } = readCompose(variables);
  const folder = temporaryFolder();
  resources.add('containers folder', async () => rmSync(folder, { recursive: true, force: true }));
  const machine = new Machine(folder, resources);
  for (const [name, service] of Object.entries(services)) await machine.assignPorts(name, service);
  const started = new Map<string, Promise<void>>();
  const up = (name: string): Promise<void> => {
    const startedAlready = started.get(name) ?? start(name);
    started.set(name, startedAlready);
    return startedAlready;
  };
  const start = async (name: string): Promise<void> => {
    const service = services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service "${name}"`);
    await Promise.all(Object.keys(service.depends_on).map(up));
    if (service.command[0] === 'postgres') await machine.startPostgres(name, service);
    else if ('test' in service.healthcheck)
      await machine.startProcess(name, service, service.healthcheck.test);
    else await machine.runToEnd(name, service);
  };
  await Promise.all(Object.keys(services).map(up));
  return { running: machine.running, at: machine.at };
}

class Machine {
  readonly running: Container[] = [];
  readonly #folder: string;
  readonly #resources: OpenResources;
  readonly #image = readImage();
  readonly #addresses = new Map<string, string>();

  constructor(folder: string, resources: OpenResources) {
    this.#folder = folder;
    this.#resources = resources;
    for (const path of this.#image.paths)
      cpSync(join(root, path), join(folder, 'app', path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'app', 'node_modules'));
  }

  readonly at = (address: string): string => {
    const here = this.#addresses.get(address);
    if (here === undefined) throw new Error(`nothing listens at ${address}`);
    return here;
  };

  /** Assigns ports of this machine before any container starts, because some containers call each other. */
  async assignPorts(name: string, { environment }: Service): Promise<void> {
    for (const [key, port] of Object.entries(environment)) {
      if (isPort(key)) this.#addresses.set(`${name}:${port}`, `127.0.0.1:${await findFreePort()}`);
    }
  }

  /** Starts a database. Its health check is pg_isready; startCluster waits for the same condition. */
  async startPostgres(name: string, { environment }: Service): Promise<void> {
    const password = environment.POSTGRES_PASSWORD ?? '';
    const cluster = await startCluster({ folder: join(this.#folder, name), password, durable: false });
    this.#resources.add(name, cluster.stop);
    this.#addresses.set(`${name}:5432`, `127.0.0.1:${cluster.port}`);
  }

  /** Runs a one-shot service: its dependants wait for exit code 0. */
  async runToEnd(name: string, service: Service): Promise<void> {
    const container = await this.#spawn(name, service, []);
    const code = await container.exited;
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${container.output()}`);
  }

  async startProcess(name: string, service: Service, test: readonly string[]): Promise<void> {
    const container = await this.#spawn(name, service, test.slice(1));
    this.running.push(container);
    const deadline = Date.now() + timeoutMs;
    while (!(await container.isHealthy())) {
      if (container.child.exitCode !== null) throw new Error(`${name} ended: ${container.output()}`);
      if (Date.now() > deadline) throw new Error(`${name} is not healthy: ${container.output()}`);
      await sleep(50);
    }
  }

  async #spawn(name: string, service: Service, check: readonly string[]): Promise<Container> {
    const variables = {
      PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
      HOME: this.#folder,
      ...this.#image.environment,
      ...this.#buildEnvironment(name, service),
    };
    const run = ([program = '', ...args]: readonly string[], stdio: 'pipe' | 'ignore') =>
      spawn(program, args, {
        cwd: join(this.#folder, 'app'),
        env: variables,
        stdio: ['ignore', stdio, stdio],
      });
    const child = run(service.command, 'pipe');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk;
      });
    }
    const exited = once(child, 'exit').then(([code]): number | null => code);
    this.#resources.add(name, async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const isHealthy = async () => (await once(run(check, 'ignore'), 'exit'))[0] === 0;
    return { name, child, output: () => output, isHealthy, exited };
  }

  /** Builds the variables of a container, with addresses, ports and volumes of this machine. */
  #buildEnvironment(name: string, service: Service): Variables {
    const hostAddress: Record<string, string> = {};
    for (const [key, value] of Object.entries(service.environment)) {
      hostAddress[key] = value.replaceAll(/(?<=@|\/\/)[a-z-]+:\d+/g, this.at);
      if (isPort(key)) hostAddress[key] = new URL(`http://${this.at(`${name}:${value}`)}`).port;
    }
    for (const [volume = '', inside] of service.volumes.map((entry) => entry.split(':'))) {
      for (const key of Object.keys(hostAddress))
        if (hostAddress[key] === inside) hostAddress[key] = join(this.#folder, volume);
    }
    return hostAddress;
  }
}

function isPort(key: string): boolean {
  return /(^|_)PORT$/.test(key);
}
