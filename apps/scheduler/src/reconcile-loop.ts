import { resyncIntervalMs, type Reconciler } from '@tessera/application-reconciliation';
import type { Logger } from '@tessera/platform-logging';
import { pause } from '@tessera/platform-lifecycle';

/** Longest sleep without a wake-up, ms. */
const IDLE_MS = 1_000;
/**
 * Pause after a cycle: as long as the cycle took, within these limits, ms. Changes that arrive meanwhile share the next
 * cycle, and the writes in flight get their turn.
 */
const REST_MS = { least: 10, most: 50 };

/**
 * Runs the reconciler: one cycle after another while there is work, a periodic full resync, and a sleep that any
 * wake-up ends.
 */
export class ReconcileLoop {
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly reconciler: Reconciler,
    private readonly resyncMs: number,
    private readonly logger: Logger,
    private readonly onCycle: (keys: number) => void,
    /** Called on each iteration of the loop, whatever its result. */
    private readonly onTurn: () => void = () => undefined,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Ends the sleep: there is work to do. */
  wake(): void {
    // Called for every change in the cluster; each abort without a reason would create an error with its stack.
    if (!this.wakeUp.signal.aborted) this.wakeUp.abort('woken');
  }

  /** Resolves once the current cycle and all reconciles in flight have ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await this.reconciler.settled();
  }

  private async run(): Promise<void> {
    let nextResync = 0;
    while (!this.stopping.signal.aborted) {
      this.onTurn();
      try {
        if (Date.now() >= nextResync) {
          const workloads = await this.reconciler.resync();
          nextResync = Date.now() + resyncIntervalMs(this.resyncMs, workloads);
        }
        const began = performance.now();
        const keys = await this.reconciler.reconcileCycle();
        this.onCycle(keys);
        if (keys > 0) {
          const took = performance.now() - began;
          await pause(Math.min(REST_MS.most, Math.max(REST_MS.least, took)), this.stopping.signal);
          continue;
        }
      } catch (error) {
        this.logger.error({ err: error }, 'reconcile cycle failed, will retry');
        await pause(IDLE_MS, this.stopping.signal);
      }
      await this.sleep();
    }
  }

  private async sleep(): Promise<void> {
    const wait = Math.min(this.reconciler.waitMs() ?? IDLE_MS, IDLE_MS);
    if (wait > 0) await pause(wait, this.wakeUp.signal);
    if (this.wakeUp.signal.aborted && !this.stopping.signal.aborted) this.wakeUp = new AbortController();
  }
}
