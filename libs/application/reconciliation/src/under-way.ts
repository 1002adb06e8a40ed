/** Looks whose workloads have their replicas and whose rest (objects, devices, facts) goes on while others are decided. */
export class LooksUnderWay {
  private readonly running = new Map<string, Promise<void>>();

  /** `onEnd` is told of every end: what waited for it may be looked at. */
  constructor(private readonly onEnd: () => void) {}

  has(key: string): boolean {
    return this.running.has(key);
  }

  get size(): number {
    return this.running.size;
  }

  /** Runs without being waited for; `run` never rejects, and none is begun for a key that is under way. */
  begin(key: string, run: () => Promise<void>): void {
    const ended = run().finally(() => {
      this.running.delete(key);
      this.onEnd();
    });
    this.running.set(key, ended);
  }

  /** Resolves once none is under way. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }
}
