import type { LimitPart, LimitUse, TrafficLimits } from '@tessera/contracts-internal/gateway';
import { Allowance, LIMIT_KINDS, type LimitKind } from './allowance';

/** Whose limits a request counts against. */
export interface Scope {
  readonly kind: 'key' | 'project' | 'workload';
  /** Id of a key or workload, name of a project. */
  readonly id: string;
  /** For messages. */
  readonly name: string;
  readonly limits: TrafficLimits;
}

/** The limit that turned a request away. */
export interface Excess {
  readonly scope: Scope;
  readonly limit: LimitKind;
  readonly value: number;
  /** Time until it may pass, ms. */
  readonly waitMs: number;
}

/** What a request took of each of its limits. */
export interface Taken {
  readonly limits: readonly { readonly scope: Scope; readonly allowance: Allowance }[];
  /** When it was taken. */
  readonly at: number;
}

/** How often idle limits are forgotten, ms. */
const SWEEP_MS = 60_000;

/** What requests have used of all limits in this gateway, and its part of each of them. Times in ms, monotonic. */
export class Ledger {
  private readonly byId = new Map<string, Allowance>();
  private gateways = 1;
  private parts: ReadonlyMap<string, LimitPart> = new Map();
  private sweptAt = -Infinity;

  /** Takes one request from every limit of the scopes, or nothing where one of them is used up. */
  take(scopes: readonly Scope[], now: number): Taken | Excess {
    this.sweep(now);
    const limits: Taken['limits'][number][] = [];
    for (const scope of scopes)
      for (const kind of LIMIT_KINDS) {
        const value = scope.limits[kind];
        if (value !== undefined) limits.push({ scope, allowance: this.allowanceOf(scope, kind, value) });
      }
    const taken: Taken = { limits, at: now };
    const excess = excessOf(taken, now, (kind) => (kind === 'tokensPerMinute' ? 0 : 1));
    if (excess !== undefined) return excess;
    for (const { allowance } of limits) if (allowance.kind !== 'tokensPerMinute') allowance.take(1, now);
    return taken;
  }

  /** Takes the tokens that the request is expected to need; gives all of it back where they are not left. */
  takeTokens(taken: Taken, tokens: number, now: number): Excess | undefined {
    const excess = excessOf(taken, now, (kind) => (kind === 'tokensPerMinute' ? tokens : undefined));
    if (excess !== undefined) this.giveBack(taken, now);
    else
      for (const { allowance } of taken.limits)
        if (allowance.kind === 'tokensPerMinute') allowance.take(tokens, taken.at);
    return excess;
  }

  /** The request needed so many more tokens than were taken, or fewer where negative. */
  correctTokens({ limits, at }: Taken, more: number, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'tokensPerMinute') allowance.correct(more, now, at);
  }

  /** The request does not count after all. */
  giveBack({ limits, at }: Taken, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'requestsPerMinute') allowance.correct(-1, now, at);
  }

  /** The request is no longer in flight. */
  end({ limits, at }: Taken, now: number): void {
    for (const { allowance } of limits)
      if (allowance.kind === 'requestsInFlight') allowance.correct(-1, now, at);
  }

  /**
   * What the scheduler answered: how many gateways share the limits, and this one's parts of those that it weighs; absent
   * where the answer was not about limits.
   */
  hear(gateways: number, parts?: readonly LimitPart[]): void {
    this.gateways = gateways;
    if (parts !== undefined) this.parts = new Map(parts.map((part) => [part.id, part]));
    for (const one of this.byId.values()) one.ceiling = this.ceilingOf(one.id, one.limit);
  }

  /** What is used, for the scheduler: of limits in use, and of those whose parts it weighs. */
  uses(now: number): LimitUse[] {
    this.sweep(now);
    const unused = [...this.parts.values()].filter(({ id }) => !this.byId.has(id));
    return [
      ...unused.map((part) => ({ ...part, used: 0, demand: 0 })),
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

  /** Equal parts unless the scheduler weighs them; at least 1, or a limit below the number of gateways served nobody. */
  private ceilingOf(id: string, limit: number): number {
    return this.parts.get(id)?.ceiling ?? Math.max(1, Math.floor(limit / this.gateways));
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = now;
    for (const [id, one] of this.byId) if (one.isIdle(now) && !this.parts.has(id)) this.byId.delete(id);
  }
}

/** The limit that does not have what is wanted, of several the one that has it last; undefined where all have. */
function excessOf(
  { limits }: Taken,
  now: number,
  wanted: (kind: LimitKind) => number | undefined,
): Excess | undefined {
  let excess: Excess | undefined;
  for (const { scope, allowance } of limits) {
    const amount = wanted(allowance.kind);
    if (amount === undefined || allowance.has(amount, now)) continue;
    allowance.refuse(amount, now);
    const waitMs = allowance.waitFor(amount, now);
    if (excess === undefined || waitMs > excess.waitMs)
      excess = { scope, limit: allowance.kind, value: allowance.limit, waitMs };
  }
  return excess;
}
