/** Options of batching. */
export interface Grouping<J, R> {
  /** Runs all calls or none; returns a result for each, in order. */
  readonly run: (jobs: readonly J[]) => Promise<readonly R[]>;
  /** True if the environment caused the failure, so that each call alone would fail too. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Maximum batches in flight. */
  readonly atOnce: number;
  /** Maximum calls of one batch. */
  readonly most: number;
}

interface Waiting<J, R> {
  readonly job: J;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: calls that arrive while batches are in flight go into the next batch. A single call runs at once. If a
 * batch fails because of one of its calls, each is retried alone, so that a bad call does not fail the others.
 */
export class BatchExecutor<J, R> {
  private readonly waiting: Waiting<J, R>[] = [];
  private inFlight = 0;

  constructor(private readonly how: Grouping<J, R>) {}

  add(job: J): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      this.pump();
    });
  }

  private pump(): void {
    while (this.inFlight < this.how.atOnce && this.waiting.length > 0) {
      this.inFlight += 1;
      void this.settle(this.waiting.splice(0, this.how.most)).finally(() => {
        this.inFlight -= 1;
        this.pump();
      });
    }
  }

  private async settle(group: readonly Waiting<J, R>[]): Promise<void> {
    try {
      const results = await this.how.run(group.map(({ job }) => job));
      group.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      if (group.length === 1 || this.how.isUnavailable(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.settle([one]);
    }
  }
}
