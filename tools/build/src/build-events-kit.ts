import { join } from 'node:path';
import { buildEventsKit } from './events-kit';

/** `npm run build:events-kit`: the package for consumers of events, ready for `npm pack dist/events-kit`. */
const dir = join(__dirname, '../../../dist/events-kit');
buildEventsKit(dir).then(
  () => process.stdout.write(`${dir}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
