import type { ScalingInputs } from '@tessera/contracts-events';
import {
  conditionsOf,
  type ActiveSchedule,
  type Explanation,
  type ScalingCondition,
  type ScalingObservation,
} from '@tessera/domain-autoscaling';
import { maybe } from '@tessera/kernel';
import type { ScalingEntry } from './scaling-entry';

/** Why a workload has its number of replicas, for its event and its conditions. Pure. */
export interface ScalingReason {
  readonly reason: string;
  readonly inputs: Readonly<ScalingInputs>;
  readonly conditions: readonly ScalingCondition[];
}

export function reasonOf({ explanation, replicas, incomplete }: ScalingEntry): ScalingReason {
  if (explanation === undefined)
    return { reason: `the workload starts with ${counted(replicas)}`, inputs: {}, conditions: [] };
  const conditions = conditionsOf({ ...explanation, replicas });
  return {
    reason: sentenceOf(explanation, replicas, incomplete === true),
    inputs: inputsOf(explanation, replicas, incomplete === true),
    conditions: incomplete === true ? conditions.map(withMissingReports) : conditions,
  };
}

function sentenceOf(explanation: Explanation, replicas: number, incomplete: boolean): string {
  const {
    rule,
    metric = rule,
    wish,
    hold,
    woken,
    limitedBy,
    zeroHold,
    delayedTo,
    seen,
    inPanic,
  } = explanation;
  if (woken === true) return `requests wait and there is no replica (${counted(seen.requests, 'request')})`;
  if (incomplete) return 'reports of gateways are missing, so the number of replicas does not shrink';
  if (zeroHold !== undefined) return `the last replica stays: ${LAST_REPLICA[zeroHold]}`;
  if (limitedBy !== undefined) {
    const by = boundBy(explanation);
    return `${limitedBy}${by === undefined ? '' : ` of the schedule "${by}"`} limits it to ${replicas}`;
  }
  if (delayedTo !== undefined) return `${counted(delayedTo)} were wanted within the scale-down delay`;
  if (hold !== undefined) return HOLDS[hold];
  if (wish === 0) return 'there are no requests';
  return `the metric ${metric} calls for ${counted(wish)}${inPanic ? ' (panic mode)' : ''}`;
}

/** Why a rule leaves the number of replicas as it is. */
const HOLDS: Readonly<Record<NonNullable<Explanation['hold']>, string>> = {
  fixed: 'the spec sets a fixed number of replicas',
  'no data': 'the metric has no data, so the number of replicas stays',
  'few samples': 'the metric has too few samples, so the number of replicas stays',
  'none ready': 'no replica is ready, so the number of replicas stays',
  'within tolerance': 'the metric is near its threshold, so the number of replicas stays',
  warming: 'new replicas are warming up, so the number of replicas stays',
  cooldown: 'replicas were added a moment ago, so the number of replicas stays',
};

/** Why a workload without load keeps its last replica. */
const LAST_REPLICA: Readonly<Record<NonNullable<Explanation['zeroHold']>, string>> = {
  starting: 'it has not been ready yet',
  'served too short': 'it has not served for a whole window yet',
  retention: 'scaleToZeroRetentionSeconds has not passed since the last request',
  'keep-alive': 'by earlier idle times the next request may come soon',
};

/** The inputs of a decision as the event `scale-decided` carries them; absent ones are left out. */
function inputsOf(explanation: Explanation, replicas: number, incomplete: boolean): ScalingInputs {
  const { rule, metric, seen, target, inPanic, wish, hold, delayedTo, bounds, limitedBy, zeroHold } =
    explanation;
  return {
    rule,
    ...maybe('metric', metric),
    requests: seen.requests,
    readyReplicas: seen.readyReplicas,
    ...observed(seen),
    minReplicas: bounds.minReplicas,
    maxReplicas: bounds.maxReplicas,
    wished: Math.min(wish, Number.MAX_SAFE_INTEGER),
    // The verdict is of the last reconcile, which may have wanted more than this decision.
    placed: Math.max(0, replicas - (seen.unplaced?.replicas ?? 0)),
    inPanic,
    ...maybe('target', target),
    ...maybe('hold', hold),
    ...maybe('delayedTo', delayedTo),
    ...maybe('limitedBy', limitedBy),
    ...maybe('zeroHold', zeroHold),
    ...maybe('woken', explanation.woken),
    ...maybe('idle', explanation.idle),
    ...maybe('keepAliveMs', explanation.keepAliveMs),
    ...maybe('idleTimes', explanation.idleTimes),
    ...(explanation.initialReplicas > 0 ? { initialReplicas: explanation.initialReplicas } : {}),
    ...(bounds.active.length > 0 ? { schedules: bounds.active.map(scheduleInput) } : {}),
    ...(incomplete ? { reportsMissing: true } : {}),
  };
}

type Inputs = Partial<ScalingInputs>;

const NOTHING = (): Inputs => ({});

/** What the event carries of each input of a decision, beside those that every event has. A new input needs its line. */
const OBSERVED: {
  readonly [K in keyof ScalingObservation]-?: (value: NonNullable<ScalingObservation[K]>) => Inputs;
} = {
  now: NOTHING,
  requests: NOTHING,
  readyReplicas: NOTHING,
  currentReplicas: NOTHING,
  lastRequestAt: NOTHING,
  coldStartMs: NOTHING,
  warmingReplicas: (warmingReplicas) => ({ warmingReplicas }),
  unplaced: (unplaced) => ({ unplaced }),
  load: ({ stable, panic }) => ({ ...maybe('stable', stable), ...maybe('panic', panic) }),
  latency: ({ ms, samples }) => ({ latencyMs: ms, latencySamples: samples }),
  valuePerReplica: (valuePerReplica) => ({ valuePerReplica }),
  measuredReplicas: (measuredReplicas) => ({ measuredReplicas }),
  valueMissing: (valueMissing) => ({ valueMissing }),
};

function observed(seen: ScalingObservation): Inputs {
  const inputOf: Readonly<Record<string, (value: never) => Inputs>> = OBSERVED;
  const inputs = Object.entries(seen).map(([name, value]) => inputOf[name]?.(value as never));
  return Object.assign({}, ...inputs) as Inputs;
}

const scheduleInput = ({ name, endsAt }: ActiveSchedule) => ({
  name,
  ...maybe('endsAt', endsAt === undefined ? undefined : new Date(endsAt).toISOString()),
});

/** The schedule whose bound limited the decision. */
const boundBy = ({ limitedBy, bounds }: Explanation): string | undefined => {
  if (limitedBy === 'minReplicas') return bounds.minBy;
  return limitedBy === 'maxReplicas' ? bounds.maxBy : undefined;
};

const withMissingReports = (condition: ScalingCondition): ScalingCondition =>
  condition.type === 'ScalingActive'
    ? {
        ...condition,
        status: 'False',
        reason: 'GatewayReportsMissing',
        message:
          'Reports of gateways were missing within the last minute; until they are complete the number of replicas only grows.',
      }
    : condition;

/** True if the conditions of two decisions have the same status and reason. Runs for every workload at every tick. */
export function sameConditions(one: ScalingEntry, other: ScalingEntry): boolean {
  const [a, b] = [one.explanation, other.explanation];
  if (a === undefined || b === undefined) return a === b;
  return (
    a.hold === b.hold &&
    a.seen.valueMissing === b.seen.valueMissing &&
    a.limitedBy === b.limitedBy &&
    boundBy(a) === boundBy(b) &&
    a.zeroHold === b.zeroHold &&
    (a.delayedTo === undefined) === (b.delayedTo === undefined) &&
    (a.seen.unplaced === undefined) === (b.seen.unplaced === undefined) &&
    (a.replicas === 0) === (b.replicas === 0) &&
    one.incomplete === other.incomplete
  );
}

const counted = (count: number, what = 'replica'): string => `${count} ${what}${count === 1 ? '' : 's'}`;
