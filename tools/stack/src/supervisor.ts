import { backoffMs, pause } from '@tessera/platform-lifecycle';

/** A running child process that can be stopped. */
export interface Running {
  /** Resolves with the exit reason; never rejects. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface SupervisedProcess {
  readonly name: string;
  /** Starts it and resolves once it is ready. */
  readonly start: () => Promise<Running>;
}

const BACKOFF = { firstMs: 500, maxMs: 15_000 };
/** After running this long, a process restarts with the shortest backoff again, ms. */
const STEADY_MS = 30_000;

/** Keeps processes running: restarts and logs one that exits on its own, with exponential backoff. */
export class Supervisor {
  private readonly external: {
    readonly external: SupervisedProcess;
    running: Running | undefined;
    restarting: Promise<void>;
  }[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly log: (line: string) => void) {}

  /** Starts a process; rejects if its first start fails. */
  async start(external: SupervisedProcess): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const entry = { external, running: undefined as Running | undefined, restarting: Promise.resolve() };
    this.external.push(entry);
    entry.running = await external.start();
    entry.restarting = this.keep(entry);
  }

  /** Stops all processes in the reverse order of their start. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the platform is stopping'));
    for (const entry of [...this.external].reverse()) {
      this.log(`stopping ${entry.external.name}`);
      await entry.running
        ?.stop()
        .catch((error: unknown) => this.log(`${entry.external.name}: ${String(error)}`));
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
      this.log(`${name} exited (${how ?? 'it did not start'}); restarting in ${wait} ms`);
      await pause(wait, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        entry.running = await entry.external.start();
        // It may have started after stop() began; nothing else would stop it then.
        if (this.stopping.signal.aborted) await entry.running.stop();
        else this.log(`${name} was restarted`);
      } catch (error) {
        entry.running = { ended: Promise.resolve((error as Error).message), stop: async () => undefined };
      }
    }
  }
}
