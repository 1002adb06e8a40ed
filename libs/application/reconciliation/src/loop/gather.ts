import type { Clock } from '@tessera/kernel';
import type { MigController } from '../mig/mig-controller';
import type { AcceptedWorkload } from '../model/workload';
import type { QuotaCache } from '../placement/quota/quota-cache';
import type { AcceptedWorkloads, KnownQuota } from '../ports';
import type { Capacity, WorkQueue } from './work-queue';

/** Input of one cycle from the database; pods and nodes are read from the view. */
export interface Gathered {
  /** Workloads to reconcile, urgent ones first. */
  readonly keys: readonly string[];
  readonly urgent: ReadonlySet<string>;
  /** Those of the keys that still exist. */
  readonly rows: readonly AcceptedWorkload[];
  readonly quota: KnownQuota;
}

interface GathererDependencies {
  readonly workloads: Pick<AcceptedWorkloads, 'load'>;
  readonly quota: QuotaCache;
  readonly queue: WorkQueue;
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

  /** Starts the next steps of MIG changes too, without waiting for them. */
  async gather(capacity: () => Capacity): Promise<Gathered> {
    this.on.mig?.advance();
    const due = this.on.queue.take(this.on.clock.now(), capacity());
    const keys = [...due.urgent, ...due.others];
    const read = keys.length === 0 ? NOTHING : await this.read(keys);
    return { keys, urgent: new Set(due.urgent), ...read };
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
