import type { Clock } from '@tessera/kernel';
import type { DeviceHealer } from '../gpu-sharing/device-healer';
import type { MigController } from '../mig/mig-controller';
import type { AcceptedWorkload } from '../model/workload';
import type { QuotaCache } from '../placement/quota/quota-cache';
import type { AcceptedWorkloads, KnownQuota } from '../ports';
import type { WaitingWorkloads } from '../waiting/waiting-workloads';
import type { Capacity, WorkQueue } from './queue/work-queue';

/** Input of one cycle from the database; pods and nodes are read from the view. */
export interface Gathered {
  /** Workloads to reconcile, urgent ones first. */
  readonly keys: readonly string[];
  readonly urgent: ReadonlySet<string>;
  /** Those of the keys that still exist. */
  readonly rows: readonly AcceptedWorkload[];
  readonly quota: KnownQuota;
  /** Number of changes of capacity that this input has. */
  readonly seen: number;
}

interface GathererDependencies {
  readonly workloads: Pick<AcceptedWorkloads, 'load'>;
  readonly quota: QuotaCache;
  readonly queue: WorkQueue;
  /** Ends pods on devices that were given away more than once. */
  readonly healer: Pick<DeviceHealer, 'heal'>;
  readonly waiting: Pick<WaitingWorkloads, 'offerFreed' | 'seen'>;
  /** Advances the changes of MIG geometry; absent if there are none. */
  readonly mig: Pick<MigController, 'advance'> | undefined;
  readonly clock: Clock;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
}

const NOTHING: Pick<Gathered, 'rows' | 'quota'> = {
  rows: [],
  quota: { rules: [], versions: new Map() },
};

/** Takes the keys that are due and reads what the cycle needs to know about them. */
export class Gatherer {
  constructor(private readonly on: GathererDependencies) {}

  /**
   * Workloads that waited for what has become free are due too. Starts the repair of devices and the next steps of MIG
   * changes, without waiting for them.
   */
  async gather(capacity: () => Capacity): Promise<Gathered> {
    this.on.healer.heal();
    this.on.waiting.offerFreed();
    const { seen } = this.on.waiting;
    this.on.mig?.advance();
    const due = this.on.queue.take(this.on.clock.now(), capacity());
    const keys = [...due.urgent, ...due.others];
    const read = keys.length === 0 ? NOTHING : await this.read(keys);
    return { keys, urgent: new Set(due.urgent), seen, ...read };
  }

  private async read(keys: readonly string[]): Promise<Pick<Gathered, 'rows' | 'quota'>> {
    const { workloads, quota } = this.on;
    try {
      const [rows, known] = await Promise.all([workloads.load(keys), quota.read()]);
      return { rows: rows.filter((workload) => !workload.deleted), quota: known };
    } catch (error) {
      for (const key of keys) this.on.again(key, error);
      return NOTHING;
    }
  }
}
