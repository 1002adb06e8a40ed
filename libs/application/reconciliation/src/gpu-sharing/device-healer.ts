import type { ClusterNode } from '@tessera/domain-placement';
import type { Clock } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import type { ReservationPod } from '../model/reservation';
import type { ClusterView, ClusterWriter } from '../ports';
import { DEVICE_OVERFULL, heldTwice, overfullReplicas, type OverfullReplica } from './overfull-devices';

/** A device that was given away more than once, and the pod that was ended for it. */
export interface HealedDevice {
  readonly node: string;
  readonly slot: number;
  /** `shares`: replicas held more of it than there is; `reservations`: two reservation pods had it. */
  readonly cause: 'shares' | 'reservations';
  /** Name of the ended pod with its namespace. */
  readonly pod: string;
  readonly message: string;
}

interface HealerDependencies {
  readonly view: Pick<
    ClusterView,
    'nodes' | 'takeChangedNodes' | 'replicasOn' | 'reservationPodsOn' | 'isShared'
  >;
  readonly writer: Pick<ClusterWriter, 'removeReplica' | 'removeReservationPod'>;
  readonly clock: Clock;
  /** Keeps replicas off the device of a reservation pod that was ended. */
  readonly avoid: (reservationPod: ReservationPod) => void;
  /** Enqueues a workload for a time, ms since the epoch. */
  readonly enqueueAt: (workloadId: string, at: number) => void;
  readonly onHealed?: (healed: HealedDevice) => void;
  readonly onError: (error: unknown) => void;
}

/** Delay before another attempt to end a pod, ms. */
const RETRY_MS = 1_000;

/** Pods of a node that have to end. */
interface Found {
  readonly overfull: readonly OverfullReplica[];
  readonly heldTwice: readonly ReservationPod[];
}

/**
 * Finds devices that were given away more than once, however that came about, and ends pods until they are not. Runs in
 * every cycle and waits for nothing. Its state is only a cache: a restart finds again what is left.
 */
export class DeviceHealer {
  /** Replicas that were asked to end, by uid. */
  private readonly ended = new Map<string, OverfullReplica>();
  /** Requests to end pods, by uid. */
  private readonly ending = new Map<string, Promise<void>>();
  /** When a request that failed is made again, ms since the epoch, by uid. */
  private readonly retryAt = new Map<string, number>();
  /** What was found on nodes as they are now, by name; most have nothing. */
  private readonly found = new Map<string, Found>();

  constructor(private readonly on: HealerDependencies) {}

  /** Examines all nodes again, which makes up for missed changes. */
  resync(): void {
    this.found.clear();
    for (const node of this.on.view.nodes()) this.examine(node.name, node);
  }

  heal(): void {
    this.forgetPassed();
    for (const [name, node] of this.on.view.takeChangedNodes()) this.examine(name, node);
    for (const { overfull, heldTwice: reservationPods } of this.found.values()) {
      for (const found of overfull) if (!this.ended.has(found.pod.uid)) this.endReplica(found);
      for (const pod of reservationPods) this.endReservationPod(pod);
    }
  }

  /**
   * The replica as decisions see it: once its end was requested it counts as terminating, with the reason, even before
   * the watch shows that.
   */
  explain(pod: ReplicaPod): ReplicaPod {
    const found = this.ended.get(pod.uid);
    if (found === undefined) return pod;
    return { ...pod, terminating: true, reason: DEVICE_OVERFULL, message: found.message };
  }

  /** Resolves once no request is in flight. */
  async settled(): Promise<void> {
    while (this.ending.size > 0) await Promise.all(this.ending.values());
  }

  private examine(name: string, node: ClusterNode | undefined): void {
    this.found.delete(name);
    if (node === undefined) return;
    const { view } = this.on;
    const memoryOf = (slot: number) => node.devices.find((device) => device.slot === slot)?.memoryMiB;
    const overfull = overfullReplicas(name, view.replicasOn(name), memoryOf);
    const twice = heldTwice(view.reservationPodsOn(name), (group) => view.isShared(group));
    if (overfull.length + twice.length > 0) this.found.set(name, { overfull, heldTwice: twice });
  }

  private endReplica(found: OverfullReplica): void {
    const { writer, enqueueAt, clock, onHealed } = this.on;
    const { pod, node, slot, message } = found;
    const later = (at: number): void => enqueueAt(pod.workloadId, at);
    this.begin(pod, later, async () => {
      await writer.removeReplica(pod);
      this.ended.set(pod.uid, found);
      later(clock.now());
      onHealed?.({ node, slot, cause: 'shares', pod: nameOf(pod), message });
    });
  }

  /** Replicas that share its device are replaced, because the device no longer belongs to them. */
  private endReservationPod(pod: ReservationPod): void {
    const { writer, avoid, onHealed } = this.on;
    const { node, slot, device = '' } = pod;
    const later = (): void => undefined;
    this.begin(pod, later, async () => {
      await writer.removeReservationPod(pod);
      avoid(pod);
      const message = `device ${device} of ${node} is held by more than one reservation pod; the youngest is ended`;
      onHealed?.({ node, slot, cause: 'reservations', pod: nameOf(pod), message });
    });
  }

  /** `later` is called with the time of the next attempt if this one fails. */
  private begin(
    { uid }: { readonly uid: string },
    later: (at: number) => void,
    end: () => Promise<void>,
  ): void {
    if (this.ending.has(uid) || this.retryAt.has(uid)) return;
    const request = end()
      .catch((error: unknown) => {
        const at = this.on.clock.now() + RETRY_MS;
        this.retryAt.set(uid, at);
        later(at);
        this.on.onError(error);
      })
      .finally(() => this.ending.delete(uid));
    this.ending.set(uid, request);
  }

  private forgetPassed(): void {
    for (const [uid, at] of this.retryAt) if (at <= this.on.clock.now()) this.retryAt.delete(uid);
    for (const [uid, { node }] of this.ended)
      if (!this.on.view.replicasOn(node).some((pod) => pod.uid === uid)) this.ended.delete(uid);
  }
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;
