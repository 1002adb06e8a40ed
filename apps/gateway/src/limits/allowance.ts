import type { TrafficLimits } from '@tessera/contracts-internal/gateway';
import { MinuteWindow } from './minute-window';

/** What is limited: requests and tokens of a minute, requests at the same time. */
export const LIMIT_KINDS = ['requestsPerMinute', 'tokensPerMinute', 'requestsInFlight'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number] & keyof TrafficLimits;

/** Over how many seconds demand is averaged. */
const DEMAND_SECONDS = 5;
/** A request in flight ends at any time; a part of nothing grows with the next answer of the scheduler. */
const SOON_MS = 1_000;

/** One limit, and what was used of it in this gateway. Times in ms of any origin, monotonic. */
export class Allowance {
  private readonly used = new MinuteWindow();
  /** What was asked for; of requests in flight only what was refused. */
  private readonly asked = new MinuteWindow();
  private open = 0;

  constructor(
    /** The same in all gateways. */
    readonly id: string,
    readonly kind: LimitKind,
    /** Of all gateways together. */
    public limit: number,
    /** This gateway's part of the limit. */
    public ceiling: number,
  ) {}

  /** What counts against the ceiling. */
  usedAt(now: number): number {
    return this.kind === 'requestsInFlight' ? this.open : this.used.used(now);
  }

  remaining(now: number): number {
    return Math.max(0, this.most - this.usedAt(now));
  }

  /** Whether so much is left. What is more than the whole passes where nothing is used, or it never would. */
  has(amount: number, now: number): boolean {
    return this.most > 0 && this.usedAt(now) + Math.min(amount, this.most) <= this.most;
  }

  take(amount: number, now: number): void {
    if (this.kind === 'requestsInFlight') this.open += amount;
    else {
      this.used.add(amount, now);
      this.asked.add(amount, now);
    }
  }

  /** So much was asked for and refused. */
  refuse(amount: number, now: number): void {
    this.asked.add(amount, now);
  }

  /** What was taken at `at` turned out to be so much more, or less where negative. */
  correct(amount: number, now: number, at: number): void {
    if (this.kind === 'requestsInFlight') this.open += amount;
    else this.used.add(amount, now, at);
  }

  /** Time until so much may be left, ms. */
  waitFor(amount: number, now: number): number {
    if (this.kind === 'requestsInFlight' || this.most < 1) return SOON_MS;
    return this.used.waitFor(this.most - Math.min(amount, this.most), now);
  }

  /** Time until nothing counts any more if nothing is added, ms. */
  resetMs(now: number): number {
    return this.used.emptyIn(now);
  }

  /** What callers ask this gateway for at their pace of the last seconds: in a minute, or at the same time. */
  demand(now: number): number {
    const lately = this.asked.recent(DEMAND_SECONDS, now);
    return this.kind === 'requestsInFlight' ? this.open + lately : (lately * 60) / DEMAND_SECONDS;
  }

  /** Nothing counts, and nothing was asked for in the last minute. */
  isIdle(now: number): boolean {
    return this.open === 0 && this.used.used(now) === 0 && this.asked.used(now) === 0;
  }

  private get most(): number {
    return Math.min(this.ceiling, this.limit);
  }
}
