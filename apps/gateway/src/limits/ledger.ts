import type { LimitPart, LimitUse, TrafficLimits } from '@tessera/contracts-internal/gateway';
import { Allowance, LIMIT_KINDS, type LimitKind } from './allowance';

/** A key, project or workload with limits that a request counts against. */
export interface Scope {
  readonly kind: 'key' | 'project' | 'workload';
  /** Id of a key or workload, name of a project. */
  readonly id: string;
  /** For error messages. */
  readonly name: string;
  readonly limits: TrafficLimits;
}

/** The limit that a request was rejected for. */
export interface ExceededLimit {
  readonly scope: Scope;
  readonly limit: LimitKind;
  readonly value: number;
  /** Time until a retry can succeed, ms. */
  readonly waitMs: number;
}

/** The limits that a request counts against. */
export interface TakenLimits {
  readonly limits: readonly { readonly scope: Scope; readonly allowance: Allowance }[];
  /** When it was counted, ms. */
  readonly at: number;
}

/** Interval at which idle limits are removed, ms. */
const SWEEP_MS = 60_000;

/** What requests have used of all limits in this gateway, and its share of each limit. Times in ms, monotonic. */
export class Ledger {
  private readonly byId = new Map<string, Allowance>();
  private gateways = 1;
  private shares: ReadonlyMap<string, LimitPart> = new Map();
  private sweptAt = -Infinity;

  /** Counts one request against every limit of the scopes, or against none where one of them is used up. */
  take(scopes: readonly Scope[], now: number): TakenLimits | ExceededLimit {
    this.sweep(now);
    const limits: TakenLimits['limits'][number][] = [];
    for (const scope of scopes)
      for (const kind of LIMIT_KINDS) {
        const value = scope.limits[kind];
        if (value !== undefined) limits.push({ scope, allowance: this.allowanceOf(scope, kind, value) });
      }
    const taken: TakenLimits = { limits, at: now };
    const excess = excessOf(taken, now, (kind) => (kind === 'tokensPerMinute' ? 0 : 1));
    if (excess !== undefined) return excess;
    for (const { allowance } of limits) if (allowance.kind !== 'tokensPerMinute') allowance.take(1, now);
    return taken;
  }

  /** Reserves the tokens that the request is expected to use; where too few are left, the request no longer counts. */
  takeTokens(taken: TakenLimits, tokens: number, now: number): ExceededLimit | undefined {
    const excess = excessOf(taken, now, (kind) => (kind === 'tokensPerMinute' ? tokens : undefined));
    if (excess !== undefined) this.refund(taken, now);
    else
      for (const { allowance } of taken.limits)
        if (allowance.kind === 'tokensPerMinute') allowance.take(tokens, taken.at);
    return excess;
  }

  /** Corrects the reserved tokens: the request used `more` than that, or fewer where negative. */
  correctTokens({ limits, at }: TakenLimits, more: number, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'tokensPerMinute') allowance.correct(more, now, at);
  }

  /** Takes the request out of the limits per minute again. */
  refund({ limits, at }: TakenLimits, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'requestsPerMinute') allowance.correct(-1, now, at);
  }

  /** The request is no longer in flight. */
  end({ limits, at }: TakenLimits, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'requestsInFlight') allowance.correct(-1, now, at);
  }

  /**
   * Applies a response of the scheduler: the number of gateways that share the limits, and this gateway's shares of the
   * limits that the scheduler weighs by demand; absent where the response has none.
   */
  applyShares(gateways: number, shares?: readonly LimitPart[]): void {
    this.gateways = gateways;
    if (shares !== undefined) this.shares = new Map(shares.map((share) => [share.id, share]));
    for (const one of this.byId.values()) one.ceiling = this.ceilingOf(one.id, one.limit);
  }

  /** The use of limits, for the report to the scheduler: limits in use, and limits whose shares it weighs by demand. */
  uses(now: number): LimitUse[] {
    this.sweep(now);
    const unused = [...this.shares.values()].filter(({ id }) => !this.byId.has(id));
    return [
      ...unused.map((share) => ({ ...share, used: 0, demand: 0 })),
      ...[...this.byId.values()].map((one) => ({
        ...{ id: one.id, limit: one.limit, ceiling: one.ceiling },
        used: Math.ceil(one.usedAt(now)),
        demand: Math.ceil(one.demand(now)),
      })),
    ];
  }

  private allowanceOf({ kind: scope, id }: Scope, kind: LimitKind, value: number): Allowance {
    const key = `${scope}/${id}/${kind}`;
    let known = this.byId.get(key);
    if (known === undefined) {
      known = new Allowance(key, kind, value, this.ceilingOf(key, value));
      this.byId.set(key, known);
    } else if (known.limit !== value) {
      known.limit = value;
      known.ceiling = this.ceilingOf(key, value);
    }
    return known;
  }

  /**
   * The scheduler's share, else an equal one. At least 1: with a share of 0, a limit below the number of gateways would
   * let no request through.
   */
  private ceilingOf(id: string, limit: number): number {
    return this.shares.get(id)?.ceiling ?? Math.max(1, Math.floor(limit / this.gateways));
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = now;
    for (const [id, one] of this.byId) if (one.isIdle(now) && !this.shares.has(id)) this.byId.delete(id);
  }
}

/** The limit with too little left, of several the one with the longest wait; undefined where all have enough. */
function excessOf(
  { limits }: TakenLimits,
  now: number,
  wanted: (kind: LimitKind) => number | undefined,
): ExceededLimit | undefined {
  let excess: ExceededLimit | undefined;
  for (const { scope, allowance } of limits) {
    const amount = wanted(allowance.kind);
    if (amount === undefined || allowance.has(amount, now)) continue;
    allowance.recordRejected(amount, now);
    const waitMs = allowance.waitFor(amount, now);
    if (excess === undefined || waitMs > excess.waitMs)
      excess = { scope, limit: allowance.kind, value: allowance.limit, waitMs };
  }
  return excess;
}
