import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { localPlatform, type Target } from './local-platform';
import { run, type Failure, type Plan } from './run';

const USAGE = `npm run fuzz:api [-- options]
  --requests 20000   how many requests
  --seed N           the same requests again; without it a new seed, which is printed
  --only N           request N of the seed alone, with its answer
  --url URL --id ID --secret SECRET
                     a running API and an application of it; without them a platform of its own is started`;

interface Options extends Plan {
  readonly target: Target | undefined;
}

function options(): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      requests: text,
      seed: text,
      only: text,
      url: text,
      id: text,
      secret: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return undefined;
  const whole = (name: 'requests' | 'seed' | 'only', standard: number): number => {
    const value = Number(values[name] ?? standard);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Error(`--${name} ${values[name]} is not a whole number`);
    return value;
  };
  const { url, id, secret } = values;
  if (url !== undefined && (id === undefined || secret === undefined))
    throw new Error('--url needs --id and --secret');
  return {
    seed: whole('seed', randomInt(2 ** 31)),
    requests: whole('requests', 20_000),
    ...(values.only === undefined ? {} : { only: whole('only', 0) }),
    target:
      url === undefined
        ? undefined
        : { url, application: { id: id ?? '', secret: secret ?? '' }, stop: async () => undefined },
  };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function printFailure(seed: number, { number, problem, request, times }: Failure): void {
  const { method, path, body } = request;
  print(`\nrequest ${number}: ${method} ${path}\n  ${problem}${times > 1 ? ` (${times} times)` : ''}`);
  if (body !== undefined) print(`  body: ${String(body).slice(0, 1_000)}`);
  print(`  again: npm run fuzz:api -- --seed ${seed} --only ${number}`);
}

async function main(): Promise<boolean> {
  const given = options();
  if (given === undefined) {
    print(USAGE);
    return true;
  }
  const { seed } = given;
  print(`seed ${seed}`);
  const target = given.target ?? (await localPlatform());
  try {
    const began = performance.now();
    const { failures, ...outcome } = await run(target, given, print);
    for (const failure of failures) printFailure(seed, failure);
    const bars = [
      { name: 'answers that break a promise', want: 0, got: failures.length, ok: failures.length === 0 },
    ];
    const seconds = Math.round((performance.now() - began) / 1000);
    print(JSON.stringify({ seed, seconds, ...outcome, bars }));
    return bars.every(({ ok }) => ok);
  } finally {
    await target.stop();
  }
}

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(1);
  },
);
