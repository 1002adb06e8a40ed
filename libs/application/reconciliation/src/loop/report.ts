import { maybe } from '@tessera/kernel';
import { finish } from '../commands/accept';
import type { DeviceHealer } from '../gpu-sharing/device-healer';
import { deviceProblem } from '../gpu-sharing/device-problem';
import type { Problems } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import type { ObjectController } from '../objects/object-controller';
import { onItsNode } from '../rollout/node-loss';
import { isAssumed } from '../rollout/assumed-replica';
import type { RejectingNodes } from '../placement/rejecting-nodes';
import type { RejectionPlan } from '../rollout/rejections';
import { withEnded } from '../rollout/rollout-plan';
import { REMOVED, sameRecord } from '../scaling/replica-target';
import { eventsBetween, report } from '../status/events';
import type { Observation } from '../status/observation';
import { deriveState, sameState } from '../status/status';
import type { WorkloadDecision } from './decision';
import type { ReconcilerDependencies } from './dependencies';
import { firstReady, type WorkloadSpans } from './workload-spans';

type StateReporterDependencies = Pick<
  ReconcilerDependencies,
  'workloads' | 'view' | 'writer' | 'clock' | 'wall' | 'reporter' | 'urls' | 'starts'
> & {
  readonly objects: Pick<ObjectController, 'observe' | 'describe'>;
  readonly rejectingNodes: Pick<RejectingNodes, 'until'>;
  readonly problems: Problems;
  readonly healer: Pick<DeviceHealer, 'explain'>;
  readonly spans: WorkloadSpans;
};

/** Reports the difference of a workload's state from the last reported one, and completes deletions. */
export class StateReporter {
  constructor(private readonly on: StateReporterDependencies) {}

  /** Resolves with false if the workload has gone: it is to be removed and its last pod has ended. */
  async report(decision: WorkloadDecision): Promise<boolean> {
    const { workload } = decision.compiled;
    if (workload.removed && this.on.view.replicasOf(workload.ref.workloadId).length === 0) {
      await this.end(workload);
      return false;
    }
    await this.reportState(decision);
    if (!workload.removed) await this.on.objects.describe(decision.compiled, this.observe(decision));
    return true;
  }

  /** Reports what changed since the last report, based on the current row. */
  private async reportState(decision: WorkloadDecision): Promise<void> {
    const { workload } = decision.compiled;
    const now = this.now();
    const seen = this.observe(decision);
    const { starts = [] } = seen;
    const compared = (current: AcceptedWorkload) => {
      const next = deriveState(current, seen, now);
      const trace = firstReady(current, next);
      return {
        next,
        trace,
        unchanged:
          trace === undefined &&
          starts.length === 0 &&
          sameState(next, current.state) &&
          sameRecord(current, decision.desired),
      };
    };
    // Most reconciles find nothing new. The row was read in this cycle, and whoever changes it enqueues the workload.
    const first = compared(workload);
    if (first.unchanged) return;
    let ready: AcceptedWorkload | undefined;
    let reportedStarts: typeof starts = [];
    await this.on.workloads.changeRead(workload, (current) => {
      ready = undefined;
      reportedStarts = [];
      if (current === undefined || current.deleted || current.generation !== workload.generation)
        return undefined;
      const { next, trace, unchanged } = current === workload ? first : compared(current);
      if (unchanged) return undefined;
      const { record } = decision.desired;
      const reported = { ...current, ...maybe('trace', trace), ...maybe('scaling', record) };
      const change = report(reported, next, eventsBetween(reported, next, seen), this.on.reporter);
      if (trace !== undefined) ready = change.workload;
      reportedStarts = starts;
      return change;
    });
    this.on.starts?.reported(reportedStarts);
    if (ready !== undefined) this.on.spans.ready(ready);
  }

  private async end(workload: AcceptedWorkload): Promise<void> {
    const { workloads, writer, spans, reporter } = this.on;
    await spans.causing(workload.trace?.command, () => writer.removeObjects(workload));
    const now = this.now();
    const seen: Observation = { pods: [], desired: REMOVED, urls: [] };
    await workloads.changeRead(workload, (current) => {
      if (current === undefined || current.deleted) return undefined;
      const next = deriveState(current, seen, now);
      return finish(current, eventsBetween(current, next, seen), next, reporter);
    });
  }

  private observe(decision: WorkloadDecision): Observation {
    const { compiled, desired, plan, rotation, devices, starts, rejections, lost } = decision;
    const { view, problems, objects, urls } = this.on;
    const { workload, refused } = compiled;
    const id = workload.ref.workloadId;
    const problem =
      problems.of(id, workload.generation, 'objects', 'replicas', 'devices') ?? deviceProblem(devices);
    const existing = view
      .replicasOf(id)
      .filter((pod) => !isAssumed(pod))
      .map((pod) => this.on.healer.explain(pod));
    const pods = withEnded(existing, rotation.remove);
    return {
      ...this.measured(id, pods),
      pods: pods.map((pod) => onItsNode(pod, (node) => view.lostNode(node), lost.spared)),
      desired,
      urls: urls(workload),
      ...maybe('unschedulable', plan.unschedulable),
      ...maybe('problem', problem),
      ...maybe('failedStart', starts.failed),
      ...maybe('rejection', this.rejection(rejections)),
      ...maybe('refused', refused),
      ...(workload.removed ? {} : objects.observe(compiled)),
    };
  }

  private rejection({ latest }: RejectionPlan): Observation['rejection'] {
    if (latest === undefined) return undefined;
    const avoidedUntil = this.on.rejectingNodes.until(latest.node, this.on.clock.now());
    return { ...latest, ...maybe('avoidedUntil', avoidedUntil) };
  }

  private measured(id: string, pods: readonly ReplicaPod[]): Pick<Observation, 'starts' | 'isMeasuring'> {
    const { starts } = this.on;
    if (starts === undefined) return {};
    starts.retain(id, pods);
    for (const pod of pods) starts.see(pod);
    return { starts: starts.due(id), isMeasuring: (uid) => starts.isMeasuring(uid) };
  }

  private now(): string {
    return new Date((this.on.wall ?? this.on.clock).now()).toISOString();
  }
}
