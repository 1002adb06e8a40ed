import type { EventData } from '@tessera/contracts-events';
import { toIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { applyCommand } from '@tessera/testing-builders';
import { accepted, acceptRemove } from '../commands/accept';
import type { ReplicaPod } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import { desiredReplicas, initialReplicas } from '../scaling/replica-target';
import { replicaPod } from '../testing/replica-pod';
import { eventsBetween } from './events';
import type { Observation } from './observation';
import { deriveState } from './status';

const at = (ms: number): string => new Date(Date.parse('2026-01-01T12:00:00.000Z') + ms).toISOString();

/** A replica of the workload that has not been given a device. */
const pod = (ordinal: number, change: Partial<ReplicaPod> = {}): ReplicaPod => {
  const { allocation: _none, ...placed } = replicaPod({
    uid: `00000000-0000-4000-8000-00000000000${ordinal}`,
    name: `workload-1-${ordinal}`,
    workloadId: applyCommand(1, 0.5).workloadId,
    ordinal,
    createdAt: at(0),
    changedAt: at(0),
    ...change,
  });
  return { ...placed, ...maybe('allocation', change.allocation) };
};

/** A workload that is reconciled repeatedly. */
class Watched {
  private workload: AcceptedWorkload;

  constructor(autoscaling: object = {}) {
    this.workload = accepted(commandOf(autoscaling), at(0));
  }

  update(generation: number, autoscaling: object): void {
    this.workload = accepted({ ...commandOf(autoscaling), generation }, at(0), this.workload);
  }

  remove(): void {
    const command = { ...applyCommand(1, 0.5), generation: 9 };
    this.workload = acceptRemove(command, at(0))(this.workload)?.workload ?? this.workload;
  }

  /** Scaling events reported by a reconcile at that time. */
  reconcile(ms: number, ...pods: readonly ReplicaPod[]) {
    return this.reconcileWith(ms, {}, ...pods);
  }

  reconcileWith(
    ms: number,
    measured: Pick<Observation, 'starts' | 'isMeasuring'>,
    ...pods: readonly ReplicaPod[]
  ) {
    const target = { workload: this.workload, intent: toIntent(this.workload.spec).intent };
    const seen = { pods, desired: desiredReplicas(initialReplicas, target), urls: [], ...measured };
    const next = deriveState(this.workload, seen, at(ms));
    const events = eventsBetween(this.workload, next, seen);
    this.workload = { ...this.workload, state: next };
    const data = <N extends 'scaleDecided' | 'coldStart'>(name: N) =>
      events.filter((event) => event.name === name).map((event) => event.data as EventData<N>);
    return { scaled: data('scaleDecided'), started: data('coldStart') };
  }
}

const commandOf = (autoscaling: object) => {
  const command = applyCommand(1, 0.5);
  return { ...command, spec: { ...command.spec, autoscaling } };
};

const READY = { phase: 'Running', ready: true } as const;

describe('the number of replicas', () => {
  it('is reported once when it is decided, with the inputs of the decision', () => {
    const workload = new Watched({
      minReplicas: 2,
      maxReplicas: 4,
      initialReplicas: 3,
      metric: 'concurrency',
      metricThreshold: 8,
    });
    expect(workload.reconcile(0).scaled).toMatchObject([
      {
        from: 0,
        to: 3,
        generation: 1,
        reason: 'the spec starts with 3 replicas (range 2 to 4)',
        inputs: {
          minReplicas: 2,
          maxReplicas: 4,
          initialReplicas: 3,
          metric: 'concurrency',
        },
      },
    ]);
    expect(workload.reconcile(10, pod(0), pod(1), pod(2)).scaled).toEqual([]);
  });

  it('is reported when an update changes it and when the workload is deleted', () => {
    const workload = new Watched({ minReplicas: 1, maxReplicas: 1 });
    workload.reconcile(0);
    workload.update(2, { minReplicas: 2, maxReplicas: 2 });
    expect(workload.reconcile(10, pod(0)).scaled).toMatchObject([
      { from: 1, to: 2, generation: 2, reason: 'the spec sets a fixed number of replicas' },
    ]);
    workload.remove();
    expect(workload.reconcile(20, pod(0), pod(1)).scaled).toMatchObject([
      { from: 2, to: 0, reason: 'the workload is being deleted', inputs: {} },
    ]);
  });

  it('is not reported if no replica is wanted from the start', () => {
    const workload = new Watched({ minReplicas: 0, maxReplicas: 2, initialReplicas: 0 });
    expect(workload.reconcile(0)).toEqual({ scaled: [], started: [] });
  });
});

describe('a cold start that was not measured', () => {
  it('is reported once, with stages that add up to the total', () => {
    const workload = new Watched({ minReplicas: 2, maxReplicas: 2 });
    workload.reconcile(200);
    const times = { createdAt: at(1000), startedAt: at(5000) };
    expect(workload.reconcile(5100, pod(0, times), pod(1, times)).started).toEqual([]);
    const ready = pod(1, { ...READY, ...times, changedAt: at(9000) });
    expect(workload.reconcile(9400, pod(0, times), ready).started).toMatchObject([
      {
        replica: 1,
        podName: 'workload-1-1',
        totalMs: 9200,
        stages: [
          { stage: 'decided', durationMs: 0 },
          { stage: 'bound', durationMs: 800 },
          { stage: 'started', durationMs: 4000 },
          { stage: 'ready', durationMs: 4400 },
        ],
      },
    ]);
    const other = pod(0, { ...READY, ...times, changedAt: at(11_000) });
    expect(workload.reconcile(11_100, other, ready).started).toEqual([]);
  });

  it('is not reported when a lost replica was replaced', () => {
    const workload = new Watched();
    workload.reconcile(0);
    expect(workload.reconcile(1000, pod(0, READY)).started).toHaveLength(1);
    workload.reconcile(2000);
    expect(workload.reconcile(9000, pod(1, { ...READY, ordinal: 0, changedAt: at(9000) })).started).toEqual(
      [],
    );
  });

  it('counts the time without free capacity as part of the time until its pod exists', () => {
    const workload = new Watched();
    workload.reconcile(0);
    workload.reconcile(30_000);
    const [reported] = workload.reconcile(
      62_000,
      pod(0, { ...READY, createdAt: at(60_000), changedAt: at(62_000) }),
    ).started;
    expect(reported?.stages).toEqual([
      { stage: 'decided', durationMs: 0 },
      { stage: 'bound', durationMs: 60_000 },
      { stage: 'ready', durationMs: 2000 },
    ]);
  });

  it.each([
    [
      'the second reported by the cluster lies before the decision',
      { createdAt: at(0), changedAt: at(0) },
      700,
      200,
    ],
    [
      'the next second has begun when its readiness is seen',
      { createdAt: at(0), startedAt: at(0), changedAt: at(0) },
      1199,
      699,
    ],
    [
      'the clock of the cluster is behind',
      { createdAt: at(-45_000), startedAt: at(-44_000), changedAt: at(-43_000) },
      2500,
      2000,
    ],
    ['it became ready long before the reconcile', { createdAt: at(1000), changedAt: at(4000) }, 60_000, 3500],
  ])('has a plausible duration when %s', (_name, times, lookedAt, totalMs) => {
    const workload = new Watched();
    workload.reconcile(500);
    const [reported] = workload.reconcile(lookedAt, pod(0, { ...READY, ...times })).started;
    expect(reported?.totalMs).toBe(totalMs);
    expect(reported?.stages.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(totalMs);
  });
});

describe('a measured start', () => {
  const start = (ordinal: number) => ({
    ...{ uid: pod(ordinal).uid, podName: pod(ordinal).name, replica: ordinal, totalMs: 70 },
    stages: [
      { stage: 'decided' as const, durationMs: 0 },
      { stage: 'ready' as const, durationMs: 70 },
    ],
  });

  it('is reported as it was measured, for each replica, and not once more from the times of the cluster', () => {
    const workload = new Watched({ minReplicas: 2, maxReplicas: 2 });
    workload.reconcile(0);
    const { started } = workload.reconcileWith(
      9000,
      { starts: [start(0), start(1)] },
      pod(0, READY),
      pod(1, READY),
    );
    expect(started.map(({ replica, podName, totalMs }) => [replica, podName, totalMs])).toEqual([
      [0, 'workload-1-0', 70],
      [1, 'workload-1-1', 70],
    ]);
  });

  it('that still waits for its first byte is reported with it', () => {
    const workload = new Watched();
    workload.reconcile(0);
    expect(workload.reconcileWith(100, { isMeasuring: () => true }, pod(0, READY)).started).toEqual([]);
    expect(workload.reconcileWith(200, { starts: [start(0)] }, pod(0, READY)).started).toHaveLength(1);
  });
});
