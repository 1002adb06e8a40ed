/** Looks that go on while others are decided, urgent ones and others. */
export class InFlight {
  private readonly running = new Map<string, Promise<void>>();
  private readonly urgentKeys = new Set<string>();

  /** `onEnd` is told of every end: what waited for it may be looked at. */
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

  /** Runs without being waited for; `run` never rejects, and none is begun for a key that is under way. */
  begin(key: string, isUrgent: boolean, run: () => Promise<void>): void {
    if (isUrgent) this.urgentKeys.add(key);
    const ended = run().finally(() => {
      this.running.delete(key);
      this.urgentKeys.delete(key);
      this.onEnd();
    });
    this.running.set(key, ended);
  }

  /** Resolves once none is under way. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }
}
