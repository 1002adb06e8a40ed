import { connectKubernetes } from '@tessera/adapter-kubernetes';
import {
  ANNOTATIONS,
  GpuAllocation,
  LABELS,
  RESERVATION,
  RESERVATION_ANNOTATIONS,
  RESERVATION_LABELS,
  SHARED_GPU,
} from '@tessera/contracts-kubernetes';
import type { Json } from '../../client';
import type { LeaseSeen, PodSeen } from './recording';

const PODS = '/api/v1/pods';
const LEASES = '/apis/coordination.k8s.io/v1/leases';
/** Between an end of the watch and the next list, ms. */
const AGAIN_MS = 200;

/** Sees pods and the scheduler's lease through a connection of its own, whatever the services see. */
export class ClusterWatch {
  readonly pods: PodSeen[] = [];
  readonly leases: LeaseSeen[] = [];
  private readonly present = new Map<string, PodSeen>();
  private readonly stopping = new AbortController();
  private readonly connection: ReturnType<typeof connectKubernetes>;
  private readonly following: readonly Promise<void>[];

  constructor(
    kubeconfig: string,
    private readonly now: () => number,
    /** Service by its identity in the lease. */
    private readonly serviceOf: (identity: string) => string,
  ) {
    this.connection = connectKubernetes(kubeconfig);
    this.following = [
      this.follow(PODS, (object, gone) => this.takePod(object, gone)),
      this.follow(LEASES, (object) => this.takeLease(object)),
    ];
  }

  /** Pods that are there now. */
  get current(): readonly PodSeen[] {
    return [...this.present.values()];
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connection.close();
    await Promise.all(this.following);
  }

  private async follow(path: string, take: (object: Json, gone: boolean) => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted)
      try {
        const list = await this.connection.request<Json>('GET', path, { signal });
        this.forgetMissing(path, list.items);
        for (const item of list.items) take(item, false);
        const query = { resourceVersion: list.metadata.resourceVersion as string };
        for await (const { type, object } of this.connection.watch(path, query, signal)) {
          if (type === 'ERROR') break;
          if (type !== 'BOOKMARK') take(object as Json, type === 'DELETED');
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
  }

  /** Pods whose end fell between two watches. */
  private forgetMissing(path: string, items: readonly Json[]): void {
    if (path !== PODS) return;
    const uids = new Set(items.map(({ metadata }) => metadata.uid));
    for (const pod of this.current)
      if (!uids.has(pod.uid)) this.note({ ...pod, atMs: this.now(), gone: true });
  }

  private takePod(object: Json, gone: boolean): void {
    this.note({ ...podSeenIn(object), atMs: this.now(), gone });
  }

  private note(pod: PodSeen): void {
    this.pods.push(pod);
    if (pod.gone) this.present.delete(pod.uid);
    else this.present.set(pod.uid, pod);
  }

  private takeLease({ metadata, spec }: Json): void {
    if (!metadata.name.startsWith('tessera-scheduler-')) return;
    const holder = this.serviceOf(spec?.holderIdentity ?? '');
    this.leases.push({ atMs: this.now(), version: Number(metadata.resourceVersion), holder });
  }
}

/**
 * Of a pod that finalizers keep, kubelet confirms the end by a deletion without grace: its containers have stopped by
 * then, whatever its last phase was (kubelet's status manager, TerminatePod and the final DELETE).
 */
export const hasEnded = (
  metadata: { readonly deletionTimestamp?: string; readonly deletionGracePeriodSeconds?: number },
  status: { readonly phase?: string } | undefined,
): boolean =>
  ['Succeeded', 'Failed'].includes(status?.phase ?? '') ||
  (metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0);

function podSeenIn({ metadata, spec, status }: Json): Omit<PodSeen, 'atMs' | 'gone'> {
  const { labels = {}, annotations = {} } = metadata;
  const isReservation = labels[RESERVATION_LABELS.component] === RESERVATION.component;
  const workloadId: string = labels[LABELS.workloadId] ?? '';
  const allocation = GpuAllocation.safeParse(JSON.parse(annotations[ANNOTATIONS.allocation] ?? 'null')).data;
  const slot = Number(labels[RESERVATION_LABELS.slot] ?? 0);
  return {
    version: Number(metadata.resourceVersion),
    uid: metadata.uid,
    namespace: metadata.namespace,
    name: metadata.name,
    kind: isReservation ? 'reservation' : workloadId === '' ? 'foreign' : 'replica',
    workloadId,
    image: spec.containers[0]?.image ?? '',
    node: spec.nodeName ?? '',
    shares: isReservation
      ? [{ slot, milliGpu: 1_000 }]
      : (allocation?.devices.map(({ slot: device, milliGpu }) => ({ slot: device, milliGpu })) ?? []),
    uuids: uuidsIn(annotations[isReservation ? RESERVATION_ANNOTATIONS.uuid : SHARED_GPU.devices]),
    ended: hasEnded(metadata, status),
    deleting: metadata.deletionTimestamp !== undefined,
    ready: status?.conditions?.find(({ type }: Json) => type === 'Ready')?.status === 'True',
  };
}

const uuidsIn = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : text.split(',');
