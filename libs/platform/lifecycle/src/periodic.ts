import { pause } from './retry';

export interface PeriodicOptions {
  /** Pause before each run, the first one included, ms. */
  readonly everyMs: number;
  /** Ends soon once the signal is aborted. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  /** Told of a run that failed; the next one comes all the same. */
  readonly onFailure: (error: unknown) => void;
}

/** Work that is done now and then for as long as the process runs, one run at a time. */
export class Periodic {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: PeriodicOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the run in hand has ended. */
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
