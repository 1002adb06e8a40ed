import type { ColdStart } from '@tessera/contracts-internal';
import { hasEnded, serves, type ReplicaPod } from '../model/replica';
import { isAssumed } from '../rollout/assumed-replica';
import { stagesOf, type StartMarks, type StartStages } from './start-stages';

/** A request that waited when replicas were decided; ages at that time, ms. */
export interface HeldAges {
  /** Since it arrived at its gateway. */
  readonly arrivedAgoMs: number;
  /** Since the scheduler received it. */
  readonly seenAgoMs: number;
}

/** A replica that was started by a scaling decision. */
export interface MeasuredStart extends StartStages {
  readonly uid: string;
  readonly podName: string;
  readonly replica: number;
}

export interface StartRecorderOptions {
  /** Monotonic time, ms. */
  readonly elapsedMs: () => number;
  /** Enqueues a workload whose start is measured completely. */
  readonly enqueue: (workloadId: string) => void;
  readonly onMeasured?: (start: StartStages) => void;
}

/** How long a start is kept back for the first byte of the request that waited, ms. */
const FIRST_BYTE_MS = 60_000;

interface Decision {
  readonly at: number;
  readonly arrivedAt?: number;
  readonly seenAt?: number;
  /** Replicas of it that have not been placed. */
  left: number;
  /** No request waits for its replicas any more. */
  served: boolean;
}

interface Start {
  readonly workloadId: string;
  readonly podName: string;
  readonly replica: number;
  readonly decision: Decision;
  readonly marks: StartMarks;
  uid?: string;
}

/**
 * Measures how long replicas take that scaling decisions start, stage by stage, on the clock of this process: a stage
 * counts from when this scheduler first saw it, and what gateways report comes as ages. Replicas that replace others
 * are not measured. In memory: a new leader measures the starts that it decides on.
 */
export class StartRecorder {
  private readonly decisions = new Map<string, Decision[]>();
  /** By workload and name of the pod. */
  private readonly starts = new Map<string, Map<string, Start>>();
  private readonly byUid = new Map<string, Start>();

  constructor(private readonly on: StartRecorderOptions) {}

  /** Records the decision to have `replicas` more, or fewer where negative. */
  decided(workloadId: string, replicas: number, held?: HeldAges): void {
    if (replicas < 0) this.shrink(workloadId, -replicas);
    if (replicas <= 0) return;
    const at = this.on.elapsedMs();
    const times =
      held === undefined ? {} : { arrivedAt: at - held.arrivedAgoMs, seenAt: at - held.seenAgoMs };
    const decision = { at, ...times, left: replicas, served: held === undefined };
    this.decisions.set(workloadId, [...(this.decisions.get(workloadId) ?? []), decision]);
  }

  /** A node was found for a replica, and it is about to be created. Again after a creation that failed. */
  placed(workloadId: string, podName: string, replica: number): void {
    const known = this.starts.get(workloadId)?.get(podName);
    if (known !== undefined && known.uid === undefined) return;
    if (known !== undefined) this.drop(known);
    const open = this.decisions.get(workloadId);
    const decision = open?.[0];
    if (open === undefined || decision === undefined) return;
    decision.left -= 1;
    if (decision.left === 0) open.shift();
    if (open.length === 0) this.decisions.delete(workloadId);
    const marks: StartMarks = { decided: decision.at, placed: this.on.elapsedMs() };
    if (decision.seenAt !== undefined) marks.held = decision.seenAt;
    const start = { workloadId, podName, replica, decision, marks };
    this.starts.set(
      workloadId,
      (this.starts.get(workloadId) ?? new Map<string, Start>()).set(podName, start),
    );
  }

  /** Every replica that is wanted exists: what was decided without a new replica, such as one put back, is no start. */
  settled(workloadId: string): void {
    this.decisions.delete(workloadId);
  }

  /** A pod as it is now. */
  see(pod: ReplicaPod): void {
    const start = this.starts.get(pod.workloadId)?.get(pod.name);
    if (start === undefined || isAssumed(pod)) return;
    if (start.uid === undefined) this.byUid.set((start.uid = pod.uid), start);
    if (start.uid !== pod.uid || ((pod.terminating || hasEnded(pod)) && start.marks.ready === undefined))
      return this.drop(start);
    if (pod.nodeName !== undefined) this.mark(start, 'bound');
    if (pod.startedAt !== undefined || pod.ready) this.mark(start, 'started');
    if (serves(pod)) this.mark(start, 'ready');
  }

  /** The image of a pod is on its node. One of a container that has started is too late to be a stage. */
  pulled(uid: string): void {
    const start = this.byUid.get(uid);
    if (start !== undefined && start.marks.started === undefined) start.marks.pulled = this.on.elapsedMs();
  }

  /** A request that waited got the first byte of its response. */
  firstByte({ uid, firstByteAgoMs }: Pick<ColdStart, 'uid' | 'firstByteAgoMs'>): void {
    const start = this.byUid.get(uid);
    if (start === undefined || start.decision.arrivedAt === undefined) return;
    start.marks.firstByte ??= this.on.elapsedMs() - firstByteAgoMs;
    start.decision.served = true;
    this.on.enqueue(start.workloadId);
  }

  /** The starts of a workload that are measured completely and not reported yet. */
  due(workloadId: string): readonly MeasuredStart[] {
    const now = this.on.elapsedMs();
    return [...(this.starts.get(workloadId)?.values() ?? [])].flatMap((start) => {
      const { uid, podName, replica, marks } = start;
      if (uid === undefined || !isComplete(start, now)) return [];
      return [{ uid, podName, replica, ...stagesOf(marks, beginOf(start)) }];
    });
  }

  /** Whether the start of this pod is being measured. */
  isMeasuring(uid: string): boolean {
    return this.byUid.has(uid);
  }

  /** These starts were reported. */
  reported(starts: readonly MeasuredStart[]): void {
    for (const measured of starts) {
      const start = this.byUid.get(measured.uid);
      if (start === undefined) continue;
      this.drop(start);
      this.on.onMeasured?.(measured);
    }
  }

  /** Enqueues the workloads of starts whose first byte has not come for too long. Regularly called. */
  check(): void {
    const now = this.on.elapsedMs();
    for (const start of this.byUid.values())
      if (!start.decision.served && isComplete(start, now)) this.on.enqueue(start.workloadId);
  }

  /** Starts of pods that are gone end. */
  retain(workloadId: string, pods: readonly ReplicaPod[]): void {
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const start of this.starts.get(workloadId)?.values() ?? [])
      if (start.uid !== undefined && !uids.has(start.uid)) this.drop(start);
  }

  /** The workload has been deleted. */
  forget(workloadId: string): void {
    for (const start of this.starts.get(workloadId)?.values() ?? []) this.drop(start);
    this.decisions.delete(workloadId);
  }

  private mark(start: Start, stage: 'bound' | 'started' | 'ready'): void {
    start.marks[stage] ??= this.on.elapsedMs();
  }

  /** The replicas decided last are not wanted any more: first those without a place, then those not created. */
  private shrink(workloadId: string, replicas: number): void {
    let fewer = replicas;
    const open = this.decisions.get(workloadId) ?? [];
    for (let last = open.at(-1); last !== undefined && fewer > 0; last = open.at(-1)) {
      const dropped = Math.min(fewer, last.left);
      last.left -= dropped;
      fewer -= dropped;
      if (last.left === 0) open.pop();
    }
    if (open.length === 0) this.decisions.delete(workloadId);
    for (const start of [...(this.starts.get(workloadId)?.values() ?? [])].reverse()) {
      if (fewer === 0) return;
      if (start.uid !== undefined) continue;
      this.drop(start);
      fewer -= 1;
    }
  }

  private drop(start: Start): void {
    if (start.uid !== undefined) this.byUid.delete(start.uid);
    const ofWorkload = this.starts.get(start.workloadId);
    if (ofWorkload?.get(start.podName) === start) ofWorkload.delete(start.podName);
    if (ofWorkload?.size === 0) this.starts.delete(start.workloadId);
  }
}

/** A start is complete when it is ready, and the request that waited for it has its first byte. */
function isComplete({ marks, decision }: Start, now: number): boolean {
  if (marks.ready === undefined) return false;
  return decision.served || now - marks.ready >= FIRST_BYTE_MS;
}

const beginOf = ({ decision }: Start): number => Math.min(decision.arrivedAt ?? decision.at, decision.at);
