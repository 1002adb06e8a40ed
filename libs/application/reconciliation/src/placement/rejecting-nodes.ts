import type { ReplicaRequest } from '@tessera/domain-placement';
import { GPU_RESOURCE, MIG_RESOURCE_PREFIX } from '@tessera/contracts-kubernetes';
import { compare, exponentialMs } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import type { RejectedReplica } from '../rollout/rejections';
import type { Placer } from './placer';

/** How long a node is avoided after it rejected a replica, ms; doubled with every further time in a row. */
const AVOIDED = { firstMs: 5_000, maxMs: 300_000 };

/** Reasons that concern only the pod: other workloads may use the node. */
const OF_THE_POD: ReadonlySet<string> = new Set([
  'NodeAffinity',
  'NodeName',
  'NodePorts',
  'AppArmor',
  'SysctlForbidden',
  'PodOSNotSupported',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'PodFeatureUnsupported',
]);
/** Reasons of kubelet's managers of devices, CPU and memory. */
const OF_DEVICES: ReadonlySet<string> = new Set(['UnexpectedAdmissionError', 'TopologyAffinityError']);
const OUT_OF = 'OutOf';

/** Which requests a node is avoided for. */
type Concern =
  | { readonly kind: 'all' }
  | { readonly kind: 'workload' }
  | { readonly kind: 'devices' }
  | { readonly kind: 'cpu' | 'memory'; readonly least: number }
  | { readonly kind: 'extended'; readonly resource: string };

interface Avoided {
  readonly node: string;
  readonly concern: Concern;
  /** Workloads whose replicas it rejected; it is avoided for all their requests. */
  readonly workloads: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Consecutive rejections. */
  readonly count: number;
}

/**
 * Nodes that rejected replicas although placement found capacity there: another replica of the kind would be rejected
 * too. A cache: after a restart it is filled from the rejected pods that still exist.
 */
export class RejectingNodes {
  private readonly avoided = new Map<string, Avoided>();

  /** Records a rejection. Several before the node is tried again count once. */
  see(pod: ReplicaPod, { node, reason, count, retryAt }: RejectedReplica, now: number): void {
    const concern = concernOf(pod, reason);
    const key = JSON.stringify([node, reason, concern.kind === 'workload' ? pod.workloadId : '']);
    const known = this.avoided.get(key);
    if (known !== undefined && known.until > now) {
      this.avoided.set(key, {
        ...known,
        concern: wider(known.concern, concern),
        workloads: new Set(known.workloads).add(pod.workloadId),
        until: Math.max(known.until, retryAt),
      });
      return;
    }
    const inARow = Math.max(count, (known?.count ?? 0) + 1);
    const until = Math.max(retryAt, now + exponentialMs(inARow, AVOIDED));
    this.avoided.set(key, {
      node,
      concern,
      workloads: new Set([pod.workloadId]),
      until,
      count: inARow,
    });
  }

  /** Drops the rejections of a workload whose request changed; those that concern its new request still apply. */
  forgetRejectionsOf(workloadId: string): void {
    for (const [key, avoided] of this.avoided) {
      if (!avoided.workloads.has(workloadId)) continue;
      const workloads = new Set([...avoided.workloads].filter((id) => id !== workloadId));
      this.avoided.set(key, { ...avoided, workloads });
    }
  }

  /** Names of the nodes to avoid for the request, sorted. */
  avoidedBy(request: ReplicaRequest, now: number): readonly string[] {
    if (this.avoided.size === 0) return NONE;
    this.expire(now);
    const names = new Set<string>();
    for (const { node, concern, workloads, until } of this.avoided.values())
      if (until > now && (workloads.has(request.workloadId) || concerns(concern, request))) names.add(node);
    return names.size === 0 ? NONE : [...names].sort(compare);
  }

  /** Until when the node is avoided for any request, ms since the epoch; undefined where it is not. */
  until(node: string, now: number): number | undefined {
    const ends = [...this.avoided.values()].flatMap((one) => (one.node === node ? [one.until] : []));
    const last = Math.max(...ends);
    return last > now ? last : undefined;
  }

  /** When the next node is tried again, ms since the epoch; undefined where none is avoided. */
  nextEnd(now: number): number | undefined {
    const ends = [...this.avoided.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  private expire(now: number): void {
    for (const [key, { until }] of this.avoided) if (until + AVOIDED.maxMs <= now) this.avoided.delete(key);
  }
}

const NONE: readonly string[] = [];

/** Placement that avoids the nodes that would reject the request. */
export function offRejectingNodes(place: Placer, nodes: RejectingNodes, now: () => number): Placer {
  const off = (request: ReplicaRequest): ReplicaRequest => avoiding(request, nodes, now());
  return Object.assign((request: ReplicaRequest) => place(off(request)), {
    fitsWithout: (request: ReplicaRequest, replica: string) => place.fitsWithout(off(request), replica),
  });
}

/** The request with the nodes to avoid; the same object where there are none. */
export function avoiding(request: ReplicaRequest, nodes: RejectingNodes, now: number): ReplicaRequest {
  const avoidedNodes = nodes.avoidedBy(request, now);
  return avoidedNodes.length === 0 ? request : { ...request, avoidedNodes };
}

/** Kubelet's reasons: pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/cm. */
function concernOf(pod: ReplicaPod, reason: string): Concern {
  const { cpuMilli, memoryMiB, allocation } = pod;
  if (OF_THE_POD.has(reason)) return { kind: 'workload' };
  if (OF_DEVICES.has(reason))
    return { kind: allocation === undefined || allocation.devices.length === 0 ? 'workload' : 'devices' };
  if (!reason.startsWith(OUT_OF)) return { kind: 'all' };
  const resource = reason.slice(OUT_OF.length);
  if (resource === 'cpu') return { kind: 'cpu', least: cpuMilli };
  if (resource === 'memory') return { kind: 'memory', least: memoryMiB };
  if (resource === GPU_RESOURCE || resource.startsWith(MIG_RESOURCE_PREFIX)) return { kind: 'devices' };
  return resource.includes('/') ? { kind: 'extended', resource } : { kind: 'all' };
}

function concerns(concern: Concern, request: ReplicaRequest): boolean {
  switch (concern.kind) {
    case 'all':
      return true;
    case 'workload':
      return false;
    case 'devices':
      return request.gpu.kind !== 'none';
    case 'cpu':
      return request.cpuMilli >= concern.least;
    case 'memory':
      return request.memoryMiB >= concern.least;
    case 'extended':
      return (request.extended[concern.resource] ?? 0) > 0;
  }
}

/** Of the concerns of two rejections for the same reason, the one that covers more requests. */
const wider = (a: Concern, b: Concern): Concern =>
  'least' in a && 'least' in b ? { ...a, least: Math.min(a.least, b.least) } : a;
