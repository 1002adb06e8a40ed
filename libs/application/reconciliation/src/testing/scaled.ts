import { EVENTS, type EventData } from '@tessera/contracts-events';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import type { ReplicaPod } from '../model/replica';
import { LoadStore } from '../scaling/load-store';
import { MetricValues } from '../scaling/metric-values';
import { ScalingController } from '../scaling/scaling-controller';
import { StartRecorder } from '../starts/start-recorder';
import type { Reconciler } from '../loop/reconciler';
import { FakeCluster, reconcileUntilIdle } from './fakes';
import { gatewayReports, workloadLoad } from './load';
import { fakeSchedulers } from './scheduler';

type Spec = Readonly<Record<string, unknown>>;

interface Scaling {
  readonly load: LoadStore;
  readonly controller: ScalingController;
  readonly starts: StartRecorder;
}

/** A scheduler on fakes that scales, with one gateway that reports once a second. */
export function scalingScheduler(gpus = 8) {
  let now = 0;
  let second = 0;
  let reconciler: Reconciler | undefined;
  let metric: { readonly value?: (pod: string) => number | undefined; readonly failure?: string } = {};
  const readings: (readonly string[])[] = [];
  const values = new MetricValues((metrics) => {
    readings.push(metrics);
    if (metric.failure !== undefined) return Promise.reject(new Error(metric.failure));
    const of = ({ namespace, name }: ReplicaPod) => {
      const value = metric.value?.(name);
      return value === undefined ? [] : [{ namespace, pod: name, value }];
    };
    const pods = schedulers.cluster.replicas();
    return Promise.resolve({ metrics: metrics.map((name) => ({ metric: name, values: pods.flatMap(of) })) });
  });
  let unplaced = new Map<string, { readonly replicas: number; readonly verdict: string }>();
  const gateway = gatewayReports();
  let live = new Set([gateway.gatewayId]);
  const build = (): Scaling => {
    const load = new LoadStore(schedulers.now());
    const starts = new StartRecorder({ elapsedMs: () => now, enqueue: (id) => reconciler?.enqueue(id) });
    const controller: ScalingController = new ScalingController({
      view: schedulers.cluster,
      load,
      values,
      clock: { now: schedulers.now },
      elapsedMs: () => now,
      liveGateways: () => live,
      unplacedOf: (id) => unplaced.get(id),
      failedStartOf: (id) => reconciler?.failedStartOf(id),
      starts,
      isKnown: (id) => schedulers.workloads.rows.get(id)?.deleted === false,
      enqueue: (id, urgent) => (urgent ? reconciler?.enqueueUrgent(id) : reconciler?.enqueue(id)),
    });
    return { load, controller, starts };
  };
  const schedulers = fakeSchedulers((clock) => new FakeCluster([gpuNode('node-a', gpus)], clock), {
    replicaTarget: { of: (compiled) => scaling.controller.of(compiled) },
    traffic: {
      inFlightAt: (pod) => scaling.load.inFlightAt(pod),
      isDrained: (pod) => scaling.load.isDrained(pod),
    },
  });
  let scaling = build();
  reconciler = schedulers.create({ starts: scaling.starts });
  const { workloads, cluster, reporter } = schedulers;
  return {
    workloads,
    cluster,
    gateway,
    errors: schedulers.errors,
    load: () => scaling.load,
    controller: () => scaling.controller,
    /** The value of every metric by name at each pod from now on, or why none can be read. */
    metric: (next: typeof metric) => void (metric = next),
    /** Names of every reading of metrics by name. */
    readings,
    /** Leases of gateways. */
    leases: (...ids: readonly string[]) => void (live = new Set(ids)),
    unplaced: (id: string, replicas: number, verdict = '0/1 nodes: full') =>
      void (unplaced = new Map([[id, { replicas, verdict }]])),
    async apply(autoscaling: Spec, generation = 1, change: Spec = {}, { start = true } = {}) {
      const command = applyCommand(1, 0.1, generation);
      const spec = { ...command.spec, ...change, autoscaling };
      const { workloadId } = command;
      const apply = acceptApply({ ...command, spec }, schedulers.iso(), reporter);
      await workloads.change(workloadId, apply, `apply-${generation}`);
      await this.settle({ start });
      return workloadId;
    },
    /** Reconciles until nothing is left to do now; replicas of the cluster start at once unless `start` is false. */
    async settle({ start = true } = {}) {
      for (let round = 0; round < 3; round += 1) {
        await reconciler?.resync();
        if (reconciler !== undefined) await reconcileUntilIdle(reconciler);
        cluster.endTerminating();
        if (start) for (const pod of cluster.replicas()) started(cluster, pod.name, schedulers.iso());
      }
    },
    /** Time passes, second by second: the gateway reports this load, and every other second is a tick. */
    async run(seconds: number, load: Parameters<typeof workloadLoad>[1] = {}, { start = true } = {}) {
      for (let passed = 0; passed < seconds; passed += 1) {
        second += 1;
        schedulers.advance(1_000);
        now += 1_000;
        const ids = [...workloads.rows.keys()];
        if (live.has(gateway.gatewayId))
          scaling.controller.receive(gateway.report(ids.map((id) => workloadLoad(id, load))));
        if (second % 5 === 0) await values.refresh(() => now).catch(() => undefined);
        if (second % 2 === 0) scaling.controller.tick();
        await this.proceed(start);
      }
    },
    /** Reconciles what changed, and what its changes bring. */
    async proceed(start: boolean) {
      const startAll = (): void => {
        for (const pod of start ? cluster.replicas() : [])
          if (started(cluster, pod.name, schedulers.iso())) reconciler?.enqueue(pod.workloadId);
      };
      startAll();
      while (((await reconciler?.reconcileCycle()) ?? 0) > 0) {
        await reconciler?.settled();
        cluster.endTerminating();
        startAll();
      }
    },
    /** A new leader with empty memory, on the same database and cluster. */
    restart() {
      scaling = build();
      reconciler = schedulers.create({ starts: scaling.starts });
    },
    /** The clock is set, while monotonic time goes on. */
    setClock: (ms: number) => schedulers.advance(ms),
    /** The record for a new leader is lost. */
    forgetHistory(id: string) {
      const row = workloads.rows.get(id);
      if (row === undefined) return;
      const { scaling: _lost, ...rest } = row;
      workloads.rows.set(id, rest);
    },
    /** The decision that was published last. */
    decision: () =>
      workloads.published
        .filter(({ headers }) => headers['ce_type'] === EVENTS.scaleDecided.type)
        .map(({ value }) => JSON.parse(String(value)) as EventData<'scaleDecided'>)
        .at(-1),
    wanted: (id: string) => workloads.rows.get(id)?.state.desiredReplicas,
    ready: (id: string) => workloads.rows.get(id)?.state.readyReplicas,
    condition: (id: string, type: string) =>
      workloads.rows.get(id)?.state.conditions.find((one) => one.type === type),
    pods: (id: string) => cluster.replicasOf(id).filter(({ terminating }) => !terminating),
  };
}

/** Returns false if the pod has started before. */
function started(cluster: FakeCluster, name: string, at: string): boolean {
  const pod = cluster.pods.get(name);
  if (pod === undefined || pod.ready || pod.terminating) return false;
  cluster.update(name, { phase: 'Running', ready: true, changedAt: at });
  return true;
}
