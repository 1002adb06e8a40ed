/** The reconciles in flight, urgent ones and others. */
export class InFlight {
  private readonly running = new Map<string, Promise<void>>();
  private readonly urgentKeys = new Set<string>();

  /** `onEnd` is called when a reconcile ends: work that waited for it may be due. */
  constructor(private readonly onEnd: () => void) {}

  has(key: string): boolean {
    return this.running.has(key);
  }

  get urgent(): number {
    return this.urgentKeys.size;
  }

  get others(): number {
    return this.running.size - this.urgentKeys.size;
  }

  /** Starts a reconcile in the background. `run` never rejects, and no key is started twice at once. */
  begin(key: string, isUrgent: boolean, run: () => Promise<void>): void {
    if (isUrgent) this.urgentKeys.add(key);
    const ended = run().finally(() => {
      this.running.delete(key);
      this.urgentKeys.delete(key);
      this.onEnd();
    });
    this.running.set(key, ended);
  }

  /** Resolves once nothing is in flight. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }
}
