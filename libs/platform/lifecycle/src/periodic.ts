import { pause } from './retry';

export interface PeriodicOptions {
  /** Delay before each run, including the first, ms. */
  readonly everyMs: number;
  /** Must end soon after the signal is aborted. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  /** Called after a failed run; the next run follows anyway. */
  readonly onFailure: (error: unknown) => void;
}

/** Runs work periodically until stopped, one run at a time. */
export class Periodic {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: PeriodicOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves once the current run has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { everyMs, work, onFailure } = this.options;
    const { signal } = this.stopping;
    for (;;) {
      await pause(everyMs, signal);
      if (signal.aborted) return;
      await work(signal).catch(onFailure);
    }
  }
}
