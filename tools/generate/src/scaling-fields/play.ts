import { planStarts, type ReplicaPod } from '@tessera/application-reconciliation';
import {
  conditionsOf,
  decideReplicas,
  LoadWindow,
  policyOf,
  stateFromWhatRuns,
} from '@tessera/domain-autoscaling';
import { toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';

/** What happens to a workload from a second on, until the next one. */
export interface Moment {
  readonly second: number;
  /** Requests at once; default none. */
  readonly inFlight?: number;
  /** Requests per second; default none. */
  readonly perSecond?: number;
  /** 95th percentile, ms. */
  readonly latencyMs?: number;
  /** Value of a metric by name at each replica. */
  readonly value?: number;
}

/** Load of a workload over time. */
export interface Story {
  /** Time of second 0, RFC 3339. */
  readonly from: string;
  /** In order, the first at second 0. */
  readonly moments: readonly Moment[];
  readonly seconds: number;
}

/** What the rules decided. */
export interface Played {
  /** Each change of the number, and the number at the beginning. */
  readonly changes: readonly (readonly [second: number, replicas: number])[];
  /** Message of the last condition `ScalingLimited`. */
  readonly limited: string;
  /** When a replica that is never ready was stopped, s. */
  readonly stopped?: number;
  /** Fields that compiling left out. */
  readonly ignored: readonly string[];
}

const STABLE_MS = 60_000;
const PANIC_MS = 6_000;
const TICK_SECONDS = 2;
/** Requests behind a latency, enough for the rule. */
const SAMPLES = 500;

/** Plays the story with the rules of the scheduler, on replicas that start before the next decision. */
export function play(autoscaling: InferenceSpec['autoscaling'], story: Story): Played {
  const { intent, ignoredFields } = toIntent({ autoscaling });
  const policy = policyOf(intent.scaling);
  const start = Date.parse(story.from);
  const [stable, panic] = [new LoadWindow(STABLE_MS), new LoadWindow(PANIC_MS)];
  let replicas = policy.initialReplicas;
  let state = stateFromWhatRuns({ now: start, readyReplicas: 0 });
  let lastRequestAt: number | undefined;
  let limited = '';
  const changes: [number, number][] = [[0, replicas]];
  for (let second = 0; second <= story.seconds; second += 1) {
    const now = start + second * 1_000;
    const moment = momentAt(story, second);
    const { inFlight = 0, perSecond = 0 } = moment;
    const load = policy.rule.kind === 'concurrency' ? inFlight : perSecond;
    for (const window of [stable, panic]) window.record(now, load);
    if (inFlight > 0 || perSecond > 0) lastRequestAt = now;
    if (second % TICK_SECONDS !== 0) continue;
    const decided = decideReplicas(policy, state, {
      now,
      currentReplicas: replicas,
      readyReplicas: second === 0 ? 0 : replicas,
      requests: inFlight,
      load: { ...maybe('stable', stable.average(now)), ...maybe('panic', panic.average(now)) },
      ...maybe('lastRequestAt', lastRequestAt),
      ...(moment.latencyMs === undefined ? {} : { latency: { ms: moment.latencyMs, samples: SAMPLES } }),
      ...maybe('valuePerReplica', moment.value),
    });
    if (decided.replicas !== replicas) changes.push([second, decided.replicas]);
    ({ replicas, state } = decided);
    limited = conditionsOf(decided.explanation).at(-1)?.message ?? '';
  }
  return {
    changes,
    limited,
    ...maybe('stopped', stopOf(intent.network.initializationTimeoutMs, story)),
    ignored: ignoredFields.map(({ field }) => field),
  };
}

/** A replica that is created at second 0 and never becomes ready. */
const NEVER_READY: ReplicaPod = {
  ...{ uid: 'u', name: 'w-0', namespace: 'n', workloadId: 'w', projectId: '1', departmentId: '2' },
  ...{ ordinal: 0, generation: 1, phase: 'Running', ready: false, terminating: false, image: 'model' },
  ...{ createdAt: '', changedAt: '', cpuMilli: 0, memoryMiB: 0, extended: {} },
};

function stopOf(limitMs: number | undefined, { seconds }: Story): number | undefined {
  let record: Parameters<typeof planStarts>[0];
  for (let second = 0; second <= seconds; second += 1) {
    const planned = planStarts(record, [NEVER_READY], { revision: 1, limitMs, now: second * 1_000 });
    if (planned.plan.slow.length > 0) return second;
    record = planned.record;
  }
  return undefined;
}

const momentAt = ({ moments }: Story, second: number): Moment =>
  moments.filter((moment) => moment.second <= second).at(-1) ?? { second: 0 };
