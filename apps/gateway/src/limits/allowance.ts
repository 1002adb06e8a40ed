import type { TrafficLimits } from '@tessera/contracts-internal/gateway';
import { MinuteWindow } from './minute-window';

/** What a limit counts: requests per minute, tokens per minute, or requests in flight. */
export const LIMIT_KINDS = ['requestsPerMinute', 'tokensPerMinute', 'requestsInFlight'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number] & keyof TrafficLimits;

/** Over how many seconds demand is averaged. */
const DEMAND_SECONDS = 5;
/**
 * The wait before a retry where no time can be computed: a request in flight ends at any time, and a share of 0 grows
 * with the next response of the scheduler.
 */
const RETRY_MS = 1_000;

/** One limit and what this gateway has used of it. Times in ms of any origin, monotonic. */
export class Allowance {
  private readonly used = new MinuteWindow();
  /** What callers demanded; of requests in flight only what was rejected. */
  private readonly demanded = new MinuteWindow();
  private open = 0;

  constructor(
    /** The same in all gateways. */
    readonly id: string,
    readonly kind: LimitKind,
    /** For all gateways together. */
    public limit: number,
    /** This gateway's share of the limit. */
    public ceiling: number,
  ) {}

  /** What counts against the ceiling. */
  usedAt(now: number): number {
    return this.kind === 'requestsInFlight' ? this.open : this.used.used(now);
  }

  remaining(now: number): number {
    return Math.max(0, this.most - this.usedAt(now));
  }

  /**
   * Whether the amount is left. An amount above the whole share is accepted where nothing is used; else it never could
   * be.
   */
  has(amount: number, now: number): boolean {
    return this.most > 0 && this.usedAt(now) + Math.min(amount, this.most) <= this.most;
  }

  take(amount: number, now: number): void {
    if (this.kind === 'requestsInFlight') this.open += amount;
    else {
      this.used.add(amount, now);
      this.demanded.add(amount, now);
    }
  }

  /** Counts an amount that was demanded and rejected. */
  recordRejected(amount: number, now: number): void {
    this.demanded.add(amount, now);
  }

  /** Adds an amount to what was taken at `at`; subtracts it where it is negative. */
  correct(amount: number, now: number, at: number): void {
    if (this.kind === 'requestsInFlight') this.open += amount;
    else this.used.add(amount, now, at);
  }

  /** Time until the amount is left if nothing else is taken, ms. */
  waitFor(amount: number, now: number): number {
    if (this.kind === 'requestsInFlight' || this.most < 1) return RETRY_MS;
    return this.used.waitFor(this.most - Math.min(amount, this.most), now);
  }

  /** Time until the used amount is 0 if nothing is added, ms. */
  resetMs(now: number): number {
    return this.used.emptyIn(now);
  }

  /** The callers' demand on this gateway, from the last seconds: per minute, or in flight at the same time. */
  demand(now: number): number {
    const lately = this.demanded.recent(DEMAND_SECONDS, now);
    return this.kind === 'requestsInFlight' ? this.open + lately : (lately * 60) / DEMAND_SECONDS;
  }

  /** Nothing is used, and there was no demand in the last minute. */
  isIdle(now: number): boolean {
    return this.open === 0 && this.used.used(now) === 0 && this.demanded.used(now) === 0;
  }

  private get most(): number {
    return Math.min(this.ceiling, this.limit);
  }
}
