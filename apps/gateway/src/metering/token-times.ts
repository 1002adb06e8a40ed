import { bucketOf } from '@tessera/platform-telemetry';

/** Upper bounds of the time between two tokens, and of that for each token, seconds. */
export const TOKEN_BOUNDS = [0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2.5] as const;

/** When the tokens of one stream came. Times in milliseconds of any origin, monotonic. */
export class TokenTimes {
  private first: number | undefined;
  private last = 0;
  private count = 0;
  private readonly gaps = new Uint32Array(TOKEN_BOUNDS.length + 1);

  /** A token came. */
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

  /** When the first token came; undefined before it. */
  get firstAt(): number | undefined {
    return this.first;
  }

  /** From the first token to the last, ms: the sum of the times between them. */
  get spanMs(): number {
    return this.first === undefined ? 0 : this.last - this.first;
  }

  /** How many times between two tokens were within each of {@link TOKEN_BOUNDS}, then those above. */
  get between(): Uint32Array {
    return this.gaps;
  }
}
