/** How calls are put together. */
export interface Grouping<J, R> {
  /** Does all of them, or none: gives a result for each, in their order. */
  readonly run: (jobs: readonly J[]) => Promise<readonly R[]>;
  /** Whether a failure is of the surroundings, so that each call alone would meet it too. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Groups under way at once. */
  readonly atOnce: number;
  /** Calls of one group at most. */
  readonly most: number;
}

interface Waiting<J, R> {
  readonly job: J;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what is asked for while other groups are under way goes together in the next one. A single call goes at
 * once. When a group fails because of one of its calls, each is tried alone, so none suffers from another.
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
