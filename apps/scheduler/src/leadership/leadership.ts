import type { LeaderElection, InformedClusterView } from '@tessera/adapter-kubernetes';
import type { LeaseFence } from '@tessera/adapter-postgres';
import type { KnownWorkloads } from '@tessera/application-reconciliation';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

/** A loop that runs only while this scheduler leads. */
export interface LeaderLoop {
  /** As the log names it. */
  readonly name: string;
  readonly start: () => Promise<void> | void;
  /** Resolves once nothing of it runs any more. */
  readonly stop: () => Promise<void> | void;
}

export interface LeadershipDependencies {
  readonly election: Pick<LeaderElection, 'lead' | 'leading' | 'release'>;
  readonly fence: Pick<LeaseFence, 'raise'>;
  readonly known: Pick<KnownWorkloads, 'read'>;
  readonly view: Pick<InformedClusterView, 'start' | 'refresh' | 'stop'>;
  /** Runs once the lease is ours and before the loops start. */
  readonly prepare: () => Promise<void>;
  /** In the order in which they start; they stop in reverse. */
  readonly loops: readonly LeaderLoop[];
  /** Called when leadership is lost: nothing may be written any more. */
  readonly onLost: () => void;
  readonly logger: Logger;
}

/** The life of one scheduler: a standby with a view of the cluster until it holds the lease, then the leader. */
export class Leadership {
  private leads = false;

  constructor(private readonly dependencies: LeadershipDependencies) {}

  /** Resolves once this scheduler leads and its loops run, or stops; not while another scheduler keeps the lease. */
  async lead(): Promise<void> {
    const { election, fence, known, view, prepare, loops, onLost } = this.dependencies;
    await known.read();
    await view.start();
    const epoch = await election.lead(onLost);
    if (epoch === undefined) return;
    await fence.raise(epoch);
    // The previous leader may have accepted workloads meanwhile.
    await known.read();
    // It may also have placed replicas that a silent watch, not yet replaced, does not show.
    await view.refresh();
    await prepare();
    for (const loop of loops) await loop.start();
    this.leads = true;
  }

  /** True once this scheduler holds the lease and runs its loops. */
  get leading(): boolean {
    return this.leads && this.dependencies.election.leading;
  }

  /** Stops the loops, then releases the lease, then stops the view. A failure is logged and the rest still stops. */
  async stop(): Promise<void> {
    const { election, view, loops, logger } = this.dependencies;
    const steps = [
      ...[...loops].reverse(),
      { name: 'lease', stop: () => election.release() },
      { name: 'cluster view', stop: () => view.stop() },
    ];
    await runStops(steps, logger);
  }
}
