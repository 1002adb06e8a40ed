import { ERRORS } from '@tessera/contracts-rest';
import type { MonotonicClock } from '@tessera/kernel';
import { HttpError } from '@tessera/platform-http';
import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;
/** Buckets kept in memory; the least recently used one is evicted, and is full again by then. */
const MAX_BUCKETS = 20_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Token bucket per key: `perMinute` at once, refilled evenly; 0 disables the limit. */
export class RateLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  constructor(
    private readonly perMinute: number,
    private readonly clock: MonotonicClock,
    /** What is counted, for the error message. */
    private readonly counted = 'requests',
  ) {}

  /** Takes one token; throws 429 with Retry-After when the bucket is empty. */
  take(key: string): void {
    this.refuseEmpty(key);
    this.spend(key);
  }

  /** Throws 429 with Retry-After when the bucket is empty; takes no token. */
  refuseEmpty(key: string): void {
    if (this.perMinute === 0) return;
    const left = this.left(key);
    if (left >= 1) return;
    const seconds = Math.ceil(((1 - left) * MINUTE_MS) / this.perMinute / 1000);
    throw tooMany(`at most ${this.perMinute} ${this.counted} a minute`, seconds);
  }

  /** Takes one token, if there is one. */
  spend(key: string): void {
    if (this.perMinute > 0) this.put(key, Math.max(0, this.left(key) - 1));
  }

  /** Returns a token of a call that turned out not to count. */
  refund(key: string): void {
    if (this.perMinute > 0) this.put(key, Math.min(this.perMinute, this.left(key) + 1));
  }

  private left(key: string): number {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return this.perMinute;
    return Math.min(
      this.perMinute,
      bucket.tokens + ((this.clock.elapsedMs() - bucket.at) * this.perMinute) / MINUTE_MS,
    );
  }

  private put(key: string, tokens: number): void {
    this.buckets.set(key, { tokens, at: this.clock.elapsedMs() });
  }
}

/** 429 with the time after which to retry. */
export const tooMany = (why: string, seconds: number): HttpError =>
  new HttpError(429, ERRORS[429].message, why, { 'retry-after': String(Math.max(1, seconds)) });
