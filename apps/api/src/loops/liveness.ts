import type { SchedulerClient } from '@tessera/adapter-services';
import type { OrganisationStore } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

/** Interval between two checks, ms; a cluster counts as connected for five minutes after a heartbeat. */
const EVERY_MS = 15_000;

export interface LivenessDependencies {
  readonly organisation: Pick<OrganisationStore, 'clusterIds' | 'sawCluster'>;
  readonly scheduler: Pick<SchedulerClient, 'heartbeat'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Polls the scheduler of every cluster for a heartbeat, and records those that respond. */
export class Liveness {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly dependencies: LivenessDependencies) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Checks all clusters concurrently. A cluster that does not respond is no error: its last heartbeat ages. */
  async checkClusters(): Promise<void> {
    const { organisation, scheduler, clock } = this.dependencies;
    const ids = await organisation.clusterIds();
    const asked = ids.map(async (id) => {
      const answered = await scheduler.heartbeat(id).then(
        () => true,
        () => false,
      );
      if (answered && !this.stopping.signal.aborted)
        await organisation.sawCluster(id, new Date(clock.now()).toISOString());
    });
    await Promise.all(asked);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const checking = this.checkClusters().catch((err: unknown) =>
        this.dependencies.logger.warn({ err }, 'could not record cluster heartbeats'),
      );
      // Stopping does not wait for a scheduler that does not respond.
      await Promise.race([checking, pause(EVERY_MS, signal)]);
      await pause(EVERY_MS, signal);
    }
  }
}
