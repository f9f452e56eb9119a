// npm run bench [-- <options>]: measures the cost of a query, a gateway and a checkout, together with the programs that they are
// compared with, and whether memory stays constant. `npm run bench -- --help` lists the options.
import { usage } from '../bench/options.ts';
import { runBench } from '../bench/run.ts';
import { print } from '../platform/process/command.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  print(usage);
} else {
  process.exitCode = await runBench(args, print);
  // A measured program may have left something open that would keep this process alive.
  process.exit();
}
