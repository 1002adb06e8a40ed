import type { Breach } from './judge/breach';
import type { OverfullCase } from './judge/devices';
import type { Verdict } from './judge/judge';
import type { SetUp } from './plan/kinds';
import type { Recording } from './record/recording';

/** What a storm on one set-up came to. */
export interface StormReport {
  readonly on: SetUp;
  readonly seconds: number;
  /** Requests by kind and outcome. */
  readonly requests: Readonly<Record<string, number>>;
  /** Faults that were inflicted, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly notInflicted: readonly string[];
  readonly pods: number;
  readonly events: number;
  readonly leaders: number;
  /** Every time that a device was overfull, with what healed it. */
  readonly overfull: readonly OverfullCase[];
  /** From the end of the last fault until nothing was wrong, ms. */
  readonly quietMs: number | null;
  readonly breaches: readonly Breach[];
}

export function reportOf(
  on: SetUp,
  recording: Recording,
  { breaches, overfull }: Verdict,
  seconds: number,
): StormReport {
  const { requests, faults, pods, log, leases, quietMs } = recording;
  const changes = leases.filter(({ holder }, index) => holder !== '' && holder !== leases[index - 1]?.holder);
  return {
    ...{ on, seconds },
    requests: counted(requests.map(({ kind, outcome }) => `${kind} ${outcome}`)),
    faults: counted(faults.flatMap(({ kind, failed }) => (failed === undefined ? [kind] : []))),
    notInflicted: faults.flatMap(({ kind, target, failed }) =>
      failed === undefined ? [] : [`${kind} of ${target}: ${failed}`],
    ),
    pods: new Set(pods.map(({ uid }) => uid)).size,
    events: new Set(log.flatMap(({ topic, id }) => (topic === 'events' ? [id] : []))).size,
    leaders: changes.length,
    overfull,
    quietMs: quietMs ?? null,
    breaches,
  };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
