import { servingLabel } from '@tessera/contracts-kubernetes/exposed-host';
import type { HeldWorkload } from '@tessera/contracts-internal';
import { maybe } from '@tessera/kernel';
import { PrefixMemories } from '../affinity/prefix-memory';
import { HostTable, type ExposedHost } from './exposed-hosts';
import { HoldSlots } from './hold-queue';
import type { ReplicaChange, WorkloadChange } from './replica';
import { Workload, type WorkloadOptions } from './workload';

/** Limits of the prefix memory, in blocks of 512 characters: at most 32 MiB of memory. */
const PREFIX_BLOCKS = { each: 65_536, total: 524_288 };

export interface RoutingOptions {
  /** Most requests of one workload that may wait. */
  readonly holdLimit: number;
  /** Most requests of all workloads that may wait. */
  readonly holdTotal: number;
  /**
   * How long a workload is kept after its owner object and last pod were deleted, ms: the scheduler recreates an owner
   * object that somebody deleted.
   */
  readonly cacheMs: number;
  readonly onWake?: (workload: Workload) => void;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** A workload, and at which address of it a request came. */
interface AddressedWorkload {
  readonly workload: Workload;
  readonly exposed: ExposedHost;
}

/** Workloads by project and name, updated from the changes of their owner objects and replicas. */
export class RoutingTable {
  private readonly workloads = new Map<string, Workload>();
  /** Keys of workloads by the label of their host. */
  private readonly labels = new Map<string, string>();
  /** Keys of workloads by their name. */
  private readonly names = new Map<string, Set<string>>();
  /** Keys of public workloads. */
  private readonly open = new Set<string>();
  private readonly hosts = new HostTable();
  private readonly each: WorkloadOptions;
  private readonly prefixes = new PrefixMemories(PREFIX_BLOCKS);
  private gateways = 1;

  constructor(private readonly options: RoutingOptions) {
    const { holdLimit, holdTotal, onWake = () => undefined, now } = options;
    this.each = {
      ...{ holdLimit, onWake, now },
      slots: new HoldSlots(holdTotal),
      prefixes: this.prefixes,
      gateways: () => this.gateways,
    };
  }

  find(project: string, name: string): Workload | undefined {
    const key = `${project}/${name}`;
    const workload = this.workloads.get(key);
    if (!workload?.isForgotten(this.options.cacheMs)) return workload;
    this.delete(key);
    return undefined;
  }

  /** The workloads of that name in all projects. */
  named(name: string): readonly Workload[] {
    const keys = [...(this.names.get(name) ?? [])];
    return keys.flatMap((key) => this.find(key.slice(0, key.indexOf('/')), name) ?? []);
  }

  /** The public workloads. Costs time in proportion to their number alone, because anonymous callers can cause it. */
  *public(): Iterable<Workload> {
    for (const key of this.open) {
      const slash = key.indexOf('/');
      const found = this.find(key.slice(0, slash), key.slice(slash + 1));
      if (found !== undefined) yield found;
    }
  }

  /** The workload whose host begins with the label, in lower case. */
  findByLabel(label: string): Workload | undefined {
    const [project, name] = this.labels.get(label)?.split('/') ?? [];
    return project === undefined || name === undefined ? undefined : this.find(project, name);
  }

  /** Whether the host, in lower case, is that of an exposed URL. */
  isExposed(host: string): boolean {
    return this.hosts.has(host);
  }

  /** The workload whose exposed URL has this host, in lower case, and path, and that URL. */
  findByHost(host: string, path: string): AddressedWorkload | undefined {
    const found = this.hosts.find(host, path);
    const [project = '', name = ''] = found?.key.split('/') ?? [];
    const workload = found && this.find(project, name);
    return found && workload && { workload, exposed: found.exposed };
  }

  apply({ type, replica }: ReplicaChange): void {
    const { project, workload } = replica;
    if (type === 'gone') this.workloads.get(`${project}/${workload}`)?.remove(replica.uid);
    else this.ensure(project, workload).put(replica);
  }

  applyWorkload({ type, known }: WorkloadChange): void {
    const { project, workload, uid, createdAt = '', hosts = [] } = known;
    const key = `${project}/${workload}`;
    if (type === 'gone') {
      this.workloads.get(key)?.forgetOwner(uid);
      this.hosts.remove(uid);
    } else {
      const changed = this.ensure(project, workload);
      changed.applyOwner(known);
      if (changed.access === 'public') this.open.add(key);
      else this.open.delete(key);
      this.hosts.put({ key, uid, createdAt, hosts });
    }
  }

  /** `gateways`: how many gateways, this one included, share the hard limits of workloads. */
  shareLimits(gateways: number): void {
    if (gateways === this.gateways) return;
    this.gateways = gateways;
    for (const workload of this.workloads.values()) workload.limitChanged();
  }

  /** Applies the scheduler's report about workloads with waiting requests. */
  applyHeldWorkloads(answers: readonly HeldWorkload[]): void {
    if (answers.length === 0) return;
    const byId = new Map(answers.map((one) => [one.workloadId, one]));
    for (const workload of this.workloads.values()) {
      const answer = byId.get(workload.id);
      if (answer !== undefined && workload.held > 0) apply(workload, answer);
    }
  }

  /** Every known workload. */
  all(): readonly Workload[] {
    for (const [key, workload] of this.workloads)
      if (workload.isForgotten(this.options.cacheMs)) this.delete(key);
    return [...this.workloads.values()];
  }

  private ensure(project: string, name: string): Workload {
    const known = this.find(project, name);
    if (known !== undefined) return known;
    const workload = new Workload(project, name, this.each);
    this.workloads.set(`${project}/${name}`, workload);
    this.labels.set(servingLabel(project, name), `${project}/${name}`);
    this.names.set(name, (this.names.get(name) ?? new Set()).add(`${project}/${name}`));
    return workload;
  }

  private delete(key: string): void {
    const workload = this.workloads.get(key);
    this.workloads.delete(key);
    this.open.delete(key);
    if (workload === undefined) return;
    this.labels.delete(servingLabel(workload.project, workload.name));
    this.prefixes.forget(workload);
    const same = this.names.get(workload.name);
    same?.delete(key);
    if (same?.size === 0) this.names.delete(workload.name);
  }
}

/**
 * Requests continue to wait while replicas start or cannot be placed; where their start failed or the workload is
 * unknown, the wait ends unless a replica is ready.
 */
function apply(workload: Workload, { state, reason, message }: HeldWorkload): void {
  workload.setObstacle(
    state === 'starting' ? undefined : { ...maybe('reason', reason), ...maybe('message', message) },
  );
  if (workload.hasReady) return;
  if (state === 'failed') workload.refuseHeld('failed');
  if (state === 'unknown') workload.refuseHeld('gone');
}
