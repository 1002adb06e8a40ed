import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { run, type Failure, type Plan } from './gateway/run';
import { startFuzzFixture } from './gateway/fixture';

const USAGE = `npm run fuzz:gateway [-- options]
  --connections 5000  how many connections of the seed, after the known attacks
  --seed N            the same connections again; without it a new seed, which is printed
  --only N            connection N of the seed alone, with its answer`;

/** With some hundred connections at once a gateway needs far less. */
const MOST_MIB = 512;

function options(): Plan | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { connections: text, seed: text, only: text, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  const whole = (name: 'connections' | 'seed' | 'only', standard: number): number => {
    const value = Number(values[name] ?? standard);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Error(`--${name} ${values[name]} is not a whole number`);
    return value;
  };
  return {
    seed: whole('seed', randomInt(2 ** 31)),
    connections: whole('connections', 5_000),
    ...(values.only === undefined ? {} : { only: whole('only', 0) }),
  };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function printFailure(seed: number, { name, form, problem, script, times }: Failure): void {
  print(`\n${name} (workloads by ${form}): ${problem}${times > 1 ? ` (${times} times)` : ''}`);
  print(`  sent, then ${script.ending}: ${JSON.stringify(script.bytes.slice(0, 1_500))}`);
  if (/^\d+$/.test(name)) print(`  again: npm run fuzz:gateway -- --seed ${seed} --only ${name}`);
}

async function main(): Promise<boolean> {
  const plan = options();
  if (plan === undefined) {
    print(USAGE);
    return true;
  }
  const { seed } = plan;
  print(`seed ${seed}`);
  const fixture = await startFuzzFixture();
  try {
    const began = performance.now();
    const { failures, ...outcome } = await run(fixture, plan, print);
    for (const failure of failures) printFailure(seed, failure);
    const { mostMib } = outcome;
    const bars = [
      { name: 'connections that broke a rule', want: 0, got: failures.length, ok: failures.length === 0 },
      { name: 'memory of a gateway, MiB', want: MOST_MIB, got: mostMib, ok: mostMib <= MOST_MIB },
    ];
    const seconds = Math.round((performance.now() - began) / 1000);
    print(JSON.stringify({ seed, seconds, ...outcome, bars }));
    return bars.every(({ ok }) => ok);
  } finally {
    await fixture.stop();
  }
}

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(1);
  },
);
