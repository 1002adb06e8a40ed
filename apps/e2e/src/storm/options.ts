import { parseArgs } from 'node:util';
import { randomInt } from 'node:crypto';
import { FAULTS, SET_UPS, type FaultKind, type SetUp } from './plan/kinds';
import type { StormOptions } from './plan/timetable';

export const USAGE = `npm run test:faults [-- options]
  --seed N          the same storm again; without it a new one, whose seed is printed
  --minutes 4       how long each set-up is under fault
  --on both         embedded (simulated cluster, event log on Postgres), kubernetes (real API server, real broker), or both
  --faults a,b      only these kinds: ${Object.keys(FAULTS).join(', ')}
  --keep FOLDER     keeps logs and the recording of each set-up there`;

export interface Options extends StormOptions {
  readonly setUps: readonly SetUp[];
  readonly keep: string | undefined;
}

const isKind = (name: string): name is FaultKind => Object.hasOwn(FAULTS, name);

/** Reads the command line. Undefined for `--help`; throws at the first thing that is wrong. */
export function options(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: text, minutes: text, on: text, faults: text, keep: text },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return undefined;
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`--seed ${values.seed}: give a whole number that is not negative`);
  const minutes = Number(values.minutes ?? 4);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: give a number above 0`);
  const { on = 'both' } = values;
  const setUps = SET_UPS.filter((one) => on === 'both' || on === one);
  if (setUps.length === 0) throw new Error(`--on ${on}: choose one of ${SET_UPS.join(', ')}, both`);
  const names = values.faults?.split(',') ?? Object.keys(FAULTS);
  const unknown = names.filter((name) => !isKind(name));
  if (unknown.length > 0)
    throw new Error(`--faults ${unknown.join(',')}: choose some of ${Object.keys(FAULTS).join(', ')}`);
  return { seed, minutes, setUps, kinds: names.filter(isKind), keep: values.keep };
}
