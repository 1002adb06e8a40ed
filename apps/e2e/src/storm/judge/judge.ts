import type { Recording } from '../record/recording';
import { agreement } from './agreement';
import type { Breach } from './breach';
import { fullDevices, overfullCases, type OverfullCase } from './devices';
import { keptRequests } from './kept';
import { sequences } from './sequences';

export interface Verdict {
  readonly breaches: readonly Breach[];
  readonly overfull: readonly OverfullCase[];
}

/** Everything that the platform broke of its promises, counted from databases, log and cluster. */
export function judge(recording: Recording, quietLimitMs: number): Verdict {
  const { requests, log, end, leases, pods, quietMs } = recording;
  const endMs = Math.max(0, ...pods.map(({ atMs }) => atMs), ...leases.map(({ atMs }) => atMs));
  const overfull = overfullCases(recording, endMs);
  return {
    overfull,
    breaches: [
      ...keptRequests(requests, end),
      ...fullDevices(overfull),
      ...agreement(end),
      ...sequences(log, end),
      ...(quietMs === undefined || quietMs > quietLimitMs
        ? [{ kind: 'not-quiet' as const, what: `${quietMs ?? `not within ${quietLimitMs}`} ms` }]
        : []),
    ],
  };
}
