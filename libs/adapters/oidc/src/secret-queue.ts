/** Too many secrets wait to be compared; says nothing about the secret. */
export class SecretsBusyError extends Error {
  constructor() {
    super('too many secrets are being compared');
    this.name = 'SecretsBusyError';
  }
}

/**
 * Runs at most `atOnce` works at a time. Others wait in two lines of at most `waiting` each, the preferred line first;
 * for whom there is no place, {@link SecretsBusyError} at once.
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
      // The place goes to the next one, or is free.
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
