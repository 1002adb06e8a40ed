import type { BegunSpan, Tracing } from '@tessera/application-messaging';
import type { Decision, ReplicaRequest } from '@tessera/domain-placement';
import type { AcceptedWorkload, WorkloadTrace } from '../model/workload';
import type { Placer } from '../placement/placer';
import type { ReplicaPlan } from '../rollout/rollout-plan';

interface Decided {
  readonly request: ReplicaRequest;
  readonly decision: Decision;
  readonly startMs: number;
  readonly endMs: number;
}

export interface SpanDependencies {
  readonly tracing: Tracing;
  readonly now: () => number;
  /** Name of the policy that places on a pool, or over all nodes if no pool is given. */
  readonly policyOf?: (pool: string | undefined) => string;
}

/** What has been recorded for one generation: decisions by replica and outcome. */
interface Reported {
  readonly generation: number;
  readonly times: Map<string, number>;
}

/**
 * How often the same decision is recorded per generation. A workload that fits on no node is decided on with every
 * change of the cluster, and a failed write is retried without limit; the trace must not grow with either.
 */
const MOST = { placed: 3, unschedulable: 1 } as const;

/** What reconciles of a workload add to the trace of the call that requested its generation. */
export class WorkloadSpans {
  private readonly reported = new Map<string, Reported>();

  constructor(private readonly on: SpanDependencies) {}

  /**
   * Runs `plan` with a placement whose decisions become spans `decide placement`. Returns the plan and the parent span
   * of its writes: the span of the last decision, or that of the command if there was nothing to decide.
   */
  deciding(
    workload: AcceptedWorkload,
    place: Placer,
    plan: (place: Placer) => ReplicaPlan,
  ): { readonly plan: ReplicaPlan; readonly below: string | undefined } {
    const { trace } = workload;
    if (trace === undefined) return { plan: plan(place), below: undefined };
    const decisions: Decided[] = [];
    const watched = (request: ReplicaRequest): Decision => {
      const startMs = this.on.now();
      const decision = place(request);
      decisions.push({ request, decision, startMs, endMs: this.on.now() });
      return decision;
    };
    const made = plan(Object.assign(watched, { fitsWithout: place.fitsWithout }));
    let below = decisions.length === 0 && made.remove.length > 0 ? trace.command : undefined;
    for (const decided of decisions) below = this.decided(workload, trace, decided)?.traceparent ?? below;
    return { plan: made, below };
  }

  /** Runs the writes of a plan as children of its decision. */
  causing<T>(below: string | undefined, work: () => T): T {
    return this.on.tracing.within(below, work);
  }

  /** Records the time from the accepted call to Ready, once per generation, as a child of the call itself. */
  ready({ trace, ref, generation, state }: AcceptedWorkload): void {
    if (trace === undefined) return;
    const attributes = {
      'tessera.workload.id': ref.workloadId,
      'tessera.workload.name': ref.name,
      'tessera.project.name': ref.projectName,
      'tessera.generation': generation,
      'tessera.replicas.ready': state.readyReplicas,
    };
    this.on.tracing
      .beginSpan(trace.cause, 'inference ready', { attributes, startMs: Date.parse(trace.acceptedAt) })
      ?.end({ endMs: this.on.now() });
  }

  /** Drops all that is cached about the workload. */
  forget(workloadId: string): void {
    this.reported.delete(workloadId);
  }

  private decided(
    { ref, generation }: AcceptedWorkload,
    { command }: WorkloadTrace,
    { request, decision, startMs, endMs }: Decided,
  ): BegunSpan | undefined {
    const id = ref.workloadId;
    if (!this.isNews(id, generation, request.id, decision.outcome)) return undefined;
    const span = this.on.tracing.beginSpan(command, 'decide placement', {
      startMs,
      attributes: {
        'tessera.workload.id': id,
        'tessera.replica.name': request.id,
        ...this.found(request, decision),
      },
    });
    span?.end({ endMs });
    return span;
  }

  private isNews(id: string, generation: number, replica: string, outcome: Decision['outcome']): boolean {
    let reported = this.reported.get(id);
    if (reported?.generation !== generation)
      this.reported.set(id, (reported = { generation, times: new Map() }));
    const decision = `${replica} ${outcome}`;
    const times = (reported.times.get(decision) ?? 0) + 1;
    reported.times.set(decision, times);
    return times <= MOST[outcome];
  }

  private found({ nodePools }: ReplicaRequest, decision: Decision) {
    const { outcome } = decision;
    if (outcome === 'unschedulable')
      return { 'tessera.placement.outcome': outcome, 'tessera.placement.message': decision.verdict.message };
    const { node, pool } = decision.placement;
    return {
      'tessera.placement.outcome': outcome,
      'tessera.placement.policy': this.on.policyOf?.(nodePools.length === 0 ? undefined : pool),
      'tessera.placement.pool': pool,
      'k8s.node.name': node,
    };
  }
}

/**
 * The trace of a workload that becomes Ready for the first time in its generation; undefined if there is nothing to
 * record.
 */
export function firstReady(
  { trace, generation }: AcceptedWorkload,
  next: AcceptedWorkload['state'],
): WorkloadTrace | undefined {
  if (trace === undefined || trace.reported === true || next.observedGeneration !== generation)
    return undefined;
  const ready = next.conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.reason === 'Ready' ? { ...trace, reported: true } : undefined;
}
