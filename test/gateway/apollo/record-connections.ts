// Loaded before the program of a process (`node --import`): it writes the host of each connection to standard error, and lets none
// leave this machine.
import { Socket } from 'node:net';

const { connect } = Socket.prototype;

Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
  // Node's own modules pass their arguments as one list.
  const [options] = (Array.isArray(given[0]) ? given[0] : given) as [{ host?: string; path?: string }];
  const host = options.path ?? options.host;
  process.stderr.write(`\nconnects to ${host}\n`);
  if (host === '127.0.0.1') return Reflect.apply(connect, this, given);
  return this.destroy(new Error('this test lets no connection leave the machine'));
};
