import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from './judge/judge';
import { options, USAGE, type Options } from './options';
import type { SetUp } from './plan/kinds';
import { reportOf, type StormReport } from './report';
import { QUIET_LIMIT_MS, storm } from './storm';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Stops what runs now; called at the end and by a signal. */
let stopNow = (): Promise<void> => Promise.resolve();

async function onOne(setUp: SetUp, given: Options): Promise<StormReport> {
  const began = performance.now();
  const onStarting = (stop: () => Promise<void>, home: string): void => {
    stopNow = async () => {
      keepLogs(home, setUp, given.keep);
      await stop();
    };
  };
  const recording = await storm(given, setUp, onStarting, print).finally(() => stopNow());
  if (given.keep !== undefined)
    writeFileSync(join(given.keep, `${setUp}.recording.json`), JSON.stringify(recording));
  const verdict = judge(recording, QUIET_LIMIT_MS);
  const report = reportOf(setUp, recording, verdict, Math.round((performance.now() - began) / 1000));
  for (const { kind, what } of report.breaches) print(`${setUp}: broken: ${kind}: ${what}`);
  return report;
}

/** Copies the logs of the services out of a folder that is about to go. */
function keepLogs(home: string, setUp: SetUp, keep: string | undefined): void {
  const logs = join(home, 'logs');
  if (keep !== undefined && existsSync(logs)) cpSync(logs, join(keep, `${setUp}.logs`), { recursive: true });
}

async function main(): Promise<boolean> {
  const given = options(process.argv.slice(2));
  if (given === undefined) {
    print(USAGE);
    return true;
  }
  const { seed, minutes, setUps, kinds, keep } = given;
  if (keep !== undefined) mkdirSync(keep, { recursive: true });
  print(`seed ${seed}`);
  const reports: StormReport[] = [];
  for (const setUp of setUps) reports.push(await onOne(setUp, given));
  const breaches = reports.flatMap(({ on, breaches: found }) => found.map((one) => ({ on, ...one })));
  print(JSON.stringify({ seed, minutes, kinds, reports, breaches: breaches.length }));
  return breaches.length === 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stopNow().finally(() => process.exit(130)));

main().then(
  (isKept) => process.exit(isKept ? 0 : 1),
  async (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    await stopNow();
    process.exit(1);
  },
);
