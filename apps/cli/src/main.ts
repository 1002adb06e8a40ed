import { run } from './run';

void run(process.argv.slice(2), { env: process.env, out: process.stdout, err: process.stderr }).then(
  (code) => void (process.exitCode = code),
);
