// npm run bench [-- <options>]: measures what a query, a gateway and a checkout cost, beside everything that they are
// compared with, and whether memory stays constant. `npm run bench -- --help` lists the options.
import { usage } from '../bench/options.ts';
import { runBench } from '../bench/run.ts';
import { print } from '../platform/process/command.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  print(usage);
} else {
  process.exitCode = await runBench(args, print);
  // Whatever a measured program has left open does not keep the process alive.
  process.exit();
}
