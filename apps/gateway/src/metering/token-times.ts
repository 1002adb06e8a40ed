import { bucketOf } from '@tessera/platform-telemetry';

/** Histogram bounds of the time between two tokens and of the time per token, seconds. */
export const TOKEN_BOUNDS = [0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2.5] as const;

/** When the tokens of one stream arrived. Times in milliseconds of any origin, monotonic. */
export class TokenTimes {
  private first: number | undefined;
  private last = 0;
  private count = 0;
  private readonly gaps = new Uint32Array(TOKEN_BOUNDS.length + 1);

  /** Records the arrival of a token. */
  mark(at: number): void {
    this.count += 1;
    if (this.first === undefined) this.first = at;
    else {
      const bucket = bucketOf(TOKEN_BOUNDS, (at - this.last) / 1000);
      this.gaps[bucket] = (this.gaps[bucket] ?? 0) + 1;
    }
    this.last = at;
  }

  get tokens(): number {
    return this.count;
  }

  /** When the first token arrived; undefined before that. */
  get firstAt(): number | undefined {
    return this.first;
  }

  /** From the first token to the last, ms: the sum of the times between them. */
  get spanMs(): number {
    return this.first === undefined ? 0 : this.last - this.first;
  }

  /** Counts of the times between two tokens: per bucket of {@link TOKEN_BOUNDS}, the last one above all bounds. */
  get between(): Uint32Array {
    return this.gaps;
  }
}
