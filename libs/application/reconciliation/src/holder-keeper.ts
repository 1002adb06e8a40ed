import type { ClusterNode } from '@tessera/domain-placement';
import type { Clock } from '@tessera/domain-workload';
import {
  devicesOf,
  groupKey,
  groupsOf,
  idleHolders,
  isFailing,
  planDevices,
  withoutGroups,
  type DeviceGroup,
  type DevicePlan,
  type Holder,
  type HolderTiming,
} from './holders';
import type { ReplicaPod } from './model';
import type { ClusterView, ClusterWriter, NewReplica } from './ports';

interface KeeperDependencies {
  readonly view: Pick<ClusterView, 'holders' | 'holderOf' | 'isShared' | 'takeFreed'>;
  readonly writer: Pick<ClusterWriter, 'createHolder' | 'removeHolder' | 'handOver'>;
  readonly clock: Clock;
  readonly timing: HolderTiming;
  readonly onError: (error: unknown) => void;
}

/** How long a device that could not be had is avoided once its replicas have moved on, ms. */
const AVOIDED_MS = 300_000;
/** A holder that could not be removed is tried again after this time, ms. */
const RETRY_MS = 1_000;

/**
 * Keeps one holder for each device that replicas share, and no other. What it remembers only saves time: which devices
 * failed lately, and which idle holders are to go; a restart finds out again.
 */
export class HolderKeeper {
  private readonly freed = new Set<string>();
  private readonly avoided = new Map<string, number>();
  private readonly creating = new Map<string, Promise<void>>();
  private retryAt = 0;

  constructor(private readonly on: KeeperDependencies) {}

  /** All holders are looked at again: whatever was missed is found. */
  resync(): void {
    for (const holder of this.on.view.holders()) this.freed.add(groupKey(holder));
  }

  /** True where a holder may have become idle. */
  get hasWork(): boolean {
    for (const group of this.on.view.takeFreed()) this.freed.add(group);
    return this.freed.size > 0 && this.on.clock.now() >= this.retryAt;
  }

  /** The nodes without the devices that could not be had. */
  usable(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
    const now = this.on.clock.now();
    for (const [group, until] of this.avoided) if (until <= now) this.avoided.delete(group);
    const out = new Set(this.avoided.keys());
    for (const holder of this.on.view.holders())
      if (isFailing(holder, now, this.on.timing)) out.add(groupKey(holder));
    return withoutGroups(nodes, out);
  }

  /**
   * What these replicas need. One that is stuck moves on where `fitsElsewhere` says that there is another place; its device
   * is then avoided for a while, so that a device which nobody can have does not take one replica after the other.
   */
  plan(pods: readonly ReplicaPod[], fitsElsewhere: (pod: ReplicaPod) => boolean): DevicePlan {
    const now = this.on.clock.now();
    const plan = planDevices(pods, (group) => this.on.view.holderOf(group), now, this.on.timing);
    const moving = plan.stuck.map(({ pod }) => pod).filter(fitsElsewhere);
    for (const group of moving.flatMap(({ allocation }) => groupsOf(allocation))) {
      const holder = this.on.view.holderOf(groupKey(group));
      if (holder !== undefined && isFailing(holder, now, this.on.timing))
        this.avoided.set(groupKey(group), now + AVOIDED_MS);
    }
    return moving.length === 0 ? plan : { ...plan, replace: [...plan.replace, ...moving] };
  }

  /** The replica with the UUIDs of its devices, where all of them are known already. */
  withDevices(replica: NewReplica): NewReplica {
    const groups = groupsOf(replica.placement);
    const devices =
      groups.length === 0 ? undefined : devicesOf(groups, (group) => this.on.view.holderOf(group));
    return devices === undefined ? replica : { ...replica, devices };
  }

  async commit({ hold, remove, handOver }: DevicePlan): Promise<void> {
    const { writer } = this.on;
    for (const holder of remove) await writer.removeHolder(holder);
    for (const group of hold) await this.create(group);
    for (const { pod, devices } of handOver) await writer.handOver(pod, devices);
  }

  /**
   * Removes the holders that became idle. Runs before anything is created, and once what will be is promised: a whole
   * device that was placed where an idle holder still is finds it free.
   */
  async removeIdle(): Promise<void> {
    if (!this.hasWork) return;
    const { view, writer } = this.on;
    // One that is being made for a replica that is gone again would stay for good.
    await Promise.allSettled([...this.freed].flatMap((group) => this.creating.get(group) ?? []));
    const candidates = [...this.freed].flatMap((group) => view.holderOf(group) ?? []);
    this.freed.clear();
    const removals = idleHolders(candidates, (group) => view.isShared(group)).map((holder) =>
      writer.removeHolder(holder).catch((error: unknown) => this.later(holder, error)),
    );
    await Promise.all(removals);
  }

  private later(holder: Holder, error: unknown): void {
    this.freed.add(groupKey(holder));
    this.retryAt = this.on.clock.now() + RETRY_MS;
    this.on.onError(error);
  }

  /** One request per group, however many replicas ask at once. */
  private create(group: DeviceGroup): Promise<void> {
    const key = groupKey(group);
    if (this.on.view.holderOf(key) !== undefined) return Promise.resolve();
    const known = this.creating.get(key);
    if (known !== undefined) return known;
    const made = this.on.writer.createHolder(group).finally(() => this.creating.delete(key));
    this.creating.set(key, made);
    return made;
  }
}
