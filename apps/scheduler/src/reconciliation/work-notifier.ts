import { pause } from '@tessera/platform-lifecycle';

/** Ends the idle wait of the reconcile loop when there is work. A notification before the wait ends it at once. */
export class WorkNotifier {
  private pending = new AbortController();

  /** There is work to do. */
  readonly notify = (): void => {
    // Called for every change in the cluster; each abort without a reason would create an error with its stack.
    if (!this.pending.signal.aborted) this.pending.abort('work');
  };

  /** Resolves after `ms` or at the next notification; the notification is then consumed, except while stopping. */
  async wait(ms: number, stopping: AbortSignal): Promise<void> {
    if (ms > 0) await pause(ms, this.pending.signal);
    if (this.pending.signal.aborted && !stopping.aborted) this.pending = new AbortController();
  }
}
