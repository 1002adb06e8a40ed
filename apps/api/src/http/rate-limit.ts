import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

const MINUTE_MS = 60_000;

/** Token bucket per subject: `perMinute` requests at once, refilled evenly; 0 lets everything pass. */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws 429 with Retry-After when the subject has used up its share. */
  take(subjectId: string): void {
    if (this.perMinute === 0) return;
    const now = this.now();
    const bucket = this.buckets.get(subjectId) ?? { tokens: this.perMinute, at: now };
    const refilled = Math.min(
      this.perMinute,
      bucket.tokens + ((now - bucket.at) * this.perMinute) / MINUTE_MS,
    );
    if (this.buckets.size > 10_000) this.buckets.clear();
    this.buckets.set(subjectId, { tokens: refilled >= 1 ? refilled - 1 : refilled, at: now });
    if (refilled >= 1) return;
    const seconds = Math.ceil(((1 - refilled) * MINUTE_MS) / this.perMinute / 1000);
    throw new HttpError(429, ERRORS[429].message, `at most ${this.perMinute} requests a minute`, {
      'retry-after': String(seconds),
    });
  }
}
