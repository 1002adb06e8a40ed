import { backoffMs, pause } from '@tessera/platform-lifecycle';

/** Something that runs as a child and can be ended. */
export interface Running {
  /** Resolves with how it ended; never rejects. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface SupervisedProcess {
  readonly name: string;
  /** Starts it and resolves once it is ready. */
  readonly start: () => Promise<Running>;
}

const BACKOFF = { firstMs: 500, maxMs: 15_000 };
/** A part that ran for so long begins again with the shortest pause, ms. */
const STEADY_MS = 30_000;

/** Keeps parts running: one that ends by itself is started again after a pause that doubles, and that is said. */
export class Supervisor {
  private readonly external: {
    readonly external: SupervisedProcess;
    running: Running | undefined;
    restarting: Promise<void>;
  }[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly say: (line: string) => void) {}

  /** Starts a part; rejects when its first start fails. */
  async start(external: SupervisedProcess): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const entry = { external, running: undefined as Running | undefined, restarting: Promise.resolve() };
    this.external.push(entry);
    entry.running = await external.start();
    entry.restarting = this.keep(entry);
  }

  /** Ends every part in the reverse order of the starts. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the platform is stopping'));
    for (const entry of [...this.external].reverse()) {
      this.say(`stopping ${entry.external.name}`);
      await entry.running
        ?.stop()
        .catch((error: unknown) => this.say(`${entry.external.name}: ${String(error)}`));
      await entry.restarting;
    }
  }

  private async keep(entry: {
    readonly external: SupervisedProcess;
    running: Running | undefined;
  }): Promise<void> {
    const { name } = entry.external;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      const began = performance.now();
      const how = await entry.running?.ended;
      if (this.stopping.signal.aborted) return;
      failures = performance.now() - began > STEADY_MS ? 1 : failures + 1;
      const wait = backoffMs(failures, BACKOFF, 0.5);
      this.say(`${name} ended by itself (${how ?? 'it did not start'}); it is started again in ${wait} ms`);
      await pause(wait, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        entry.running = await entry.external.start();
        // It may have come up after the stop began: nobody else would end it.
        if (this.stopping.signal.aborted) await entry.running.stop();
        else this.say(`${name} runs again`);
      } catch (error) {
        entry.running = { ended: Promise.resolve((error as Error).message), stop: async () => undefined };
      }
    }
  }
}
