import { resyncIntervalMs, type Reconciler } from '@tessera/application-reconciliation';
import type { Logger } from '@tessera/platform-logging';
import { pause } from '@tessera/platform-lifecycle';
import type { WorkNotifier } from './work-notifier';

/** Longest wait without a notification, ms. */
const IDLE_MS = 1_000;
/**
 * Pause after a cycle: as long as the cycle took, within these limits, ms. Changes that arrive meanwhile share the next
 * cycle, and the writes in flight get their turn.
 */
const REST_MS = { least: 10, most: 50 };

export interface ReconcileLoopOptions {
  readonly reconciler: Reconciler;
  readonly notifier: WorkNotifier;
  /** Interval between full resyncs, ms. */
  readonly resyncMs: number;
  readonly logger: Logger;
  /** Called after each cycle with the number of keys it reconciled. */
  readonly onCycle: (keys: number) => void;
  /** Called on each iteration of the loop, whatever its result. */
  readonly onTurn?: () => void;
}

/**
 * Runs the reconciler: one cycle after another while there is work, a periodic full resync, and a wait that any
 * notification ends.
 */
export class ReconcileLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: ReconcileLoopOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves once the current cycle and all reconciles in flight have ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.options.notifier.notify();
    await this.running;
    await this.options.reconciler.settled();
  }

  private async run(): Promise<void> {
    const { reconciler, resyncMs, logger, onCycle, onTurn } = this.options;
    let nextResync = 0;
    while (!this.stopping.signal.aborted) {
      onTurn?.();
      try {
        if (performance.now() >= nextResync) {
          const workloads = await reconciler.resync();
          nextResync = performance.now() + resyncIntervalMs(resyncMs, workloads);
        }
        const began = performance.now();
        const keys = await reconciler.reconcileCycle();
        onCycle(keys);
        if (keys > 0) {
          const took = performance.now() - began;
          await pause(Math.min(REST_MS.most, Math.max(REST_MS.least, took)), this.stopping.signal);
          continue;
        }
      } catch (error) {
        logger.error({ err: error }, 'reconcile cycle failed, will retry');
        await pause(IDLE_MS, this.stopping.signal);
      }
      await this.idle();
    }
  }

  private async idle(): Promise<void> {
    const { reconciler, notifier } = this.options;
    await notifier.wait(Math.min(reconciler.waitMs() ?? IDLE_MS, IDLE_MS), this.stopping.signal);
  }
}
