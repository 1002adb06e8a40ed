import type {
  ClusterModel,
  ClusterNode,
  PolicyName,
  ReplicaRequest,
  TaskMix,
} from '@tessera/domain-placement';
import { apply, createModel, nodeFragmentation, place, release } from '@tessera/domain-placement';
import { demandOf, requestOf, type TracePod } from './openb';
import { mean, quantile, rounded } from './statistics';
import { seeded } from './random';

export interface ReplayResult {
  readonly pods: number;
  /** Averages over time, percent of all GPUs. */
  readonly fragPct: number;
  readonly allocatedPct: number;
  /** Seconds from arrival to placement. */
  readonly waitSeconds: { readonly mean: number; readonly p99: number; readonly max: number };
  readonly waited: number;
  readonly neverPlaced: number;
}

/** What happens at a moment; departures come before arrivals, so that room is given back first. */
type Event =
  | { readonly at: number; readonly kind: 'departure'; readonly id: string; readonly pod: TracePod }
  | { readonly at: number; readonly kind: 'arrival'; readonly id: string; readonly pod: TracePod };

/**
 * Plays a trace by its own clock: a pod arrives when it was created, runs as long as it lived, and waits in order
 * of arrival while it fits nowhere; each departure lets the waiting ones try again.
 * @throws Error where the pods have no times.
 */
export function replay(
  nodes: readonly ClusterNode[],
  pods: readonly TracePod[],
  mix: TaskMix,
  policy: PolicyName,
): ReplayResult {
  const lived = pods.filter(({ createdAt, deletedAt }) => deletedAt > createdAt);
  if (lived.length === 0) throw new Error('The pod list has no creation and deletion times to replay.');
  return new Replay(nodes, mix, policy).run(lived);
}

/** So many of the nodes, spread evenly over models and sizes. */
export function everyKth(nodes: readonly ClusterNode[], count: number): readonly ClusterNode[] {
  const kindOf = ({ devices }: ClusterNode): string => `${devices[0]?.model ?? ''} ${devices.length}`;
  const sorted = [...nodes].sort((a, b) => (kindOf(a) < kindOf(b) ? -1 : kindOf(a) > kindOf(b) ? 1 : 0));
  const kept = Math.min(count, sorted.length);
  return Array.from(
    { length: kept },
    (_, index) => sorted[Math.floor((index * sorted.length) / kept)],
  ).filter((node) => node !== undefined);
}

class Replay {
  private readonly model: ClusterModel;
  private readonly capacity: number;
  private readonly random = seeded(42);
  private readonly events = new EventQueue();
  private waiting: { readonly request: ReplicaRequest; readonly pod: TracePod; readonly since: number }[] =
    [];
  private readonly waits: number[] = [];
  private fragmented = 0;
  private allocated = 0;
  private fragmentedSeconds = 0;
  private allocatedSeconds = 0;

  constructor(
    nodes: readonly ClusterNode[],
    mix: TaskMix,
    private readonly policy: PolicyName,
  ) {
    this.model = createModel({ nodes, quota: [] }, { mix });
    this.capacity = nodes.reduce((sum, { devices }) => sum + devices.length * 1000, 0);
    for (const { spec } of this.model.nodes) this.fragmented += nodeFragmentation(this.model, spec.name);
  }

  run(pods: readonly TracePod[]): ReplayResult {
    pods.forEach((pod, index) =>
      this.events.push({ at: pod.createdAt, kind: 'arrival', id: String(index), pod }),
    );
    const lastArrival = Math.max(...pods.map(({ createdAt }) => createdAt));
    const first = Math.min(...pods.map(({ createdAt }) => createdAt));
    let now = first;
    for (let event = this.events.pop(); event !== undefined; event = this.events.pop()) {
      const until = Math.min(event.at, lastArrival);
      this.fragmentedSeconds += this.fragmented * Math.max(0, until - now);
      this.allocatedSeconds += this.allocated * Math.max(0, until - now);
      now = Math.max(now, until);
      this.handle(event);
    }
    return this.result(pods.length, Math.max(1, lastArrival - first));
  }

  private handle(event: Event): void {
    if (event.kind === 'arrival') {
      const request = requestOf(event.pod, event.id);
      if (!this.tryToPlace(request, event.pod, event.at, event.at))
        this.waiting.push({ request, pod: event.pod, since: event.at });
      return;
    }
    const name = this.model.nodeOf(event.id)?.spec.name ?? '';
    this.fragmented -= nodeFragmentation(this.model, name);
    release(this.model, event.id);
    this.fragmented += nodeFragmentation(this.model, name);
    this.allocated -= demandOf(event.pod);
    this.waiting = this.waiting.filter(
      ({ request, pod, since }) => !this.tryToPlace(request, pod, since, event.at),
    );
  }

  private tryToPlace(request: ReplicaRequest, pod: TracePod, since: number, now: number): boolean {
    const decision = place(this.model, request, { policy: this.policy, random: this.random });
    if (decision.outcome === 'unschedulable') return false;
    const { node } = decision.placement;
    this.fragmented -= nodeFragmentation(this.model, node);
    apply(this.model, request, decision.placement);
    this.fragmented += nodeFragmentation(this.model, node);
    this.allocated += demandOf(pod);
    this.waits.push(now - since);
    this.events.push({ at: now + pod.deletedAt - pod.createdAt, kind: 'departure', id: request.id, pod });
    return true;
  }

  private result(pods: number, seconds: number): ReplayResult {
    const ascending = [...this.waits].sort((a, b) => a - b);
    return {
      pods,
      fragPct: rounded((100_000 * this.fragmentedSeconds) / (this.capacity * seconds), 3),
      allocatedPct: rounded((100 * this.allocatedSeconds) / (this.capacity * seconds), 3),
      waitSeconds: {
        mean: rounded(mean(ascending), 1),
        p99: quantile(ascending, 0.99),
        max: ascending[ascending.length - 1] ?? 0,
      },
      waited: ascending.filter((wait) => wait > 0).length,
      neverPlaced: this.waiting.length,
    };
  }
}

/** Events by time (a binary heap). */
class EventQueue {
  private readonly heap: Event[] = [];

  push(event: Event): void {
    const { heap } = this;
    heap.push(event);
    let at = heap.length - 1;
    while (at > 0 && before(heap[at] as Event, heap[(at - 1) >> 1] as Event)) {
      this.swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  pop(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(heap[child] as Event, heap[least] as Event)) least = child;
      if (least === at) return first;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const { heap } = this;
    [heap[a], heap[b]] = [heap[b] as Event, heap[a] as Event];
  }
}

function before(a: Event, b: Event): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.kind !== b.kind) return a.kind === 'departure';
  return Number(a.id) < Number(b.id);
}
