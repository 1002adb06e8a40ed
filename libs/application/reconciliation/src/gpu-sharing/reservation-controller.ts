import type { ClusterNode, Placement } from '@tessera/domain-placement';
import type { Clock } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';
import { type DeviceGroup, groupKey, groupsOf, type ReservationPod } from '../model/reservation';
import type { ClusterView, ClusterWriter, NewReplica } from '../ports';
import {
  type DevicePlan,
  devicesOf,
  idleReservationPods,
  isFailing,
  planDevices,
  type ReservationTiming,
  withoutGroups,
} from './reservation-plan';

interface ControllerDependencies {
  readonly view: Pick<
    ClusterView,
    'reservationPods' | 'reservationPodsWithoutDevice' | 'reservationPodOf' | 'isShared' | 'takeFreed'
  >;
  readonly writer: Pick<ClusterWriter, 'createReservationPod' | 'removeReservationPod' | 'injectDevices'>;
  readonly clock: Clock;
  readonly timing: ReservationTiming;
  readonly onError: (error: unknown) => void;
}

/** How long a device that could not be reserved is avoided after its replicas have moved, ms. */
const AVOIDED_MS = 300_000;
/** Delay before another attempt to delete a reservation pod, ms. */
const RETRY_MS = 1_000;

/**
 * Maintains exactly one reservation pod for each device that replicas share. Its state is only a cache: which devices
 * failed recently and which idle reservation pods are to be deleted. A restart rebuilds it.
 */
export class ReservationController {
  private readonly freed = new Set<string>();
  private readonly avoided = new Map<string, number>();
  /** Consecutive reservation pods that ended without a device, by group. */
  private readonly failures = new Map<string, number>();
  private readonly creating = new Map<string, Promise<void>>();
  /** Deletions of idle reservation pods in progress, by group. */
  private readonly removing = new Map<string, Promise<void>>();
  private retryAt = 0;

  constructor(private readonly on: ControllerDependencies) {}

  /** Checks all reservation pods again, which makes up for missed changes. */
  resync(): void {
    for (const reservationPod of this.on.view.reservationPods()) this.freed.add(groupKey(reservationPod));
  }

  /** True if a reservation pod may have become idle. */
  get hasWork(): boolean {
    for (const group of this.on.view.takeFreed()) this.freed.add(group);
    return this.freed.size > 0 && this.on.clock.now() >= this.retryAt;
  }

  /** The nodes without the devices that could not be reserved. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    const now = this.on.clock.now();
    for (const [group, until] of this.avoided) if (until <= now) this.avoided.delete(group);
    const out = new Set(this.avoided.keys());
    for (const reservationPod of this.on.view.reservationPodsWithoutDevice())
      if (isFailing(reservationPod, now, this.on.timing)) out.add(groupKey(reservationPod));
    return withoutGroups(nodes, out);
  }

  /**
   * Plans the devices for these replicas. A stuck replica moves if `fitsElsewhere` finds another place; its device is
   * then avoided for a while, so that an unusable device does not block one replica after another.
   */
  plan(pods: readonly ReplicaPod[], fitsElsewhere: (pod: ReplicaPod) => boolean): DevicePlan {
    const now = this.on.clock.now();
    const { view, timing } = this.on;
    for (const group of this.failures.keys())
      if (view.reservationPodOf(group)?.device !== undefined) this.failures.delete(group);
    const plan = planDevices(
      pods,
      (group) => view.reservationPodOf(group),
      now,
      timing,
      (group) => this.failures.get(group) ?? 0,
    );
    const moving = plan.stuck.map(({ pod }) => pod).filter(fitsElsewhere);
    for (const group of moving.flatMap(({ allocation }) => groupsOf(allocation))) {
      const reservationPod = this.on.view.reservationPodOf(groupKey(group));
      if (reservationPod !== undefined && isFailing(reservationPod, now, this.on.timing))
        this.avoided.set(groupKey(group), now + AVOIDED_MS);
    }
    return moving.length === 0 ? plan : { ...plan, replace: [...plan.replace, ...moving] };
  }

  /** Keeps replicas off a device for a while. */
  avoid(group: DeviceGroup): void {
    this.avoided.set(groupKey(group), this.on.clock.now() + AVOIDED_MS);
  }

  /** The replica with the UUIDs of its devices, if all of them are known. */
  withDevices(replica: NewReplica): NewReplica {
    const groups = groupsOf(replica.placement);
    const devices =
      groups.length === 0 ? undefined : devicesOf(groups, (group) => this.on.view.reservationPodOf(group));
    return devices === undefined ? replica : { ...replica, devices };
  }

  async commit({ reserve, remove, injectDevices }: DevicePlan): Promise<void> {
    const { writer } = this.on;
    for (const reservationPod of remove) {
      const group = groupKey(reservationPod);
      this.failures.set(group, (this.failures.get(group) ?? 0) + 1);
      await writer.removeReservationPod(reservationPod);
    }
    for (const group of reserve) await this.create(group);
    for (const { pod, devices } of injectDevices) await writer.injectDevices(pod, devices);
  }

  /**
   * Starts to delete idle reservation pods. Runs after the planned replicas are assumed. Only replicas placed on these
   * devices wait for it ({@link vacated}): a call that hangs delays no other workload.
   */
  removeIdle(): void {
    if (!this.hasWork) return;
    const groups = [...this.freed];
    this.freed.clear();
    for (const group of groups) {
      const removed = this.removeGroup(group, this.removing.get(group)).finally(() => {
        if (this.removing.get(group) === removed) this.removing.delete(group);
      });
      this.removing.set(group, removed);
    }
  }

  /** Resolves once no idle reservation pod of these devices is being deleted. */
  async vacated({ node, devices }: Pick<Placement, 'node' | 'devices'>): Promise<void> {
    if (this.removing.size === 0) return;
    await Promise.all(devices.flatMap(({ slot }) => this.removing.get(groupKey({ node, slot })) ?? []));
  }

  /** Resolves once no idle reservation pod is being deleted. */
  async settled(): Promise<void> {
    while (this.removing.size > 0) await Promise.all(this.removing.values());
  }

  /** Never rejects: a failed deletion is tried again later. */
  private async removeGroup(group: string, before: Promise<void> | undefined): Promise<void> {
    const { view, writer } = this.on;
    // A reservation pod created for a replica that has gone would otherwise stay forever.
    const creating = this.creating.get(group);
    if (before !== undefined || creating !== undefined) await Promise.allSettled([before, creating]);
    const found = view.reservationPodOf(group);
    const [idle] = found === undefined ? [] : idleReservationPods([found], (one) => view.isShared(one));
    if (idle === undefined) return;
    try {
      await writer.removeReservationPod(idle);
    } catch (error) {
      this.later(idle, error);
    }
  }

  private later(reservationPod: ReservationPod, error: unknown): void {
    this.freed.add(groupKey(reservationPod));
    this.retryAt = this.on.clock.now() + RETRY_MS;
    this.on.onError(error);
  }

  /** Sends one request per group, however many replicas ask at once. */
  private create(group: DeviceGroup): Promise<void> {
    const key = groupKey(group);
    if (this.on.view.reservationPodOf(key) !== undefined) return Promise.resolve();
    const known = this.creating.get(key);
    if (known !== undefined) return known;
    const made = this.on.writer.createReservationPod(group).finally(() => this.creating.delete(key));
    this.creating.set(key, made);
    return made;
  }
}
