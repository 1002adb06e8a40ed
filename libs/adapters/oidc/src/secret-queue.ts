/** Too many secrets wait to be compared; the secret itself was not checked. */
export class SecretsBusyError extends Error {
  constructor() {
    super('too many secrets are being compared');
    this.name = 'SecretsBusyError';
  }
}

/**
 * Runs at most `atOnce` tasks concurrently. Others wait in two queues of at most `waiting` each, the preferred queue
 * first; if its queue is full, a task rejects with {@link SecretsBusyError} at once.
 */
export class SecretQueue {
  private running = 0;
  private readonly preferred: (() => void)[] = [];
  private readonly others: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  async run<T>(preferred: boolean, work: () => Promise<T>): Promise<T> {
    if (this.running < this.atOnce) this.running += 1;
    else await this.wait(preferred ? this.preferred : this.others);
    try {
      return await work();
    } finally {
      // The next task takes the slot, or the slot becomes free.
      const next = this.preferred.shift() ?? this.others.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private wait(line: (() => void)[]): Promise<void> {
    if (line.length >= this.waiting) return Promise.reject(new SecretsBusyError());
    return new Promise((resolve) => line.push(resolve));
  }
}
