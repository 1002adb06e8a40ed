import type { LimitPart, LimitUse, LoadReport } from '@tessera/contracts-internal';
import { partsOf } from './parts';

/** A gateway that has not reported for this long keeps its parts, but others no longer wait for it, ms. */
const SILENT_MS = 10_000;

interface Reported {
  readonly sequence: number;
  readonly at: number;
  readonly uses: ReadonlyMap<string, LimitUse>;
  /** Parts that were granted since that report. */
  readonly granted: ReadonlyMap<string, number>;
}

/**
 * Shares limits of requests and tokens among the gateways of a cluster by the demand that they report. As long as no
 * gateway needs more than an equal part, nothing is granted. A part shrinks at once and grows only by what the others
 * have reported as released, so that together they never hold more than the limit. Times in ms, monotonic.
 */
export class SharedLimits {
  private readonly gateways = new Map<string, Reported>();

  /** Returns the parts of the gateway that reports. `count`: gateways with a live lease. */
  receive(
    report: Pick<LoadReport, 'gatewayId' | 'sequence' | 'final' | 'limits'>,
    count: number,
    now: number,
  ): LimitPart[] {
    const { gatewayId, sequence, final, limits = [] } = report;
    const known = this.gateways.get(gatewayId);
    if (final) {
      this.gateways.delete(gatewayId);
      return [];
    }
    if (known !== undefined && known.sequence > sequence) return [...partsIn(known)];
    const uses = new Map(limits.map((use) => [use.id, use]));
    this.gateways.set(gatewayId, { sequence, at: now, uses, granted: new Map() });
    this.forget(count, now);
    const parts = this.partsFor(gatewayId, count);
    this.gateways.set(gatewayId, {
      sequence,
      at: now,
      uses,
      granted: new Map(parts.map((one) => [one.id, one.ceiling])),
    });
    return parts;
  }

  private partsFor(gatewayId: string, count: number): LimitPart[] {
    if (count < 2) return [];
    const ids = new Set([...this.gateways.values()].flatMap(({ uses }) => [...uses.keys()]));
    return [...ids].flatMap((id) => this.partOf(gatewayId, id, count) ?? []);
  }

  /** Undefined for an equal part. */
  private partOf(gatewayId: string, id: string, count: number): LimitPart | undefined {
    const entries = [...this.gateways].sort(([a], [b]) => (a < b ? -1 : 1));
    const own = entries.findIndex(([name]) => name === gatewayId);
    const limit = limitOf(entries[own]?.[1].uses.get(id), entries, id);
    const equal = Math.max(1, Math.floor(limit / count));
    const isEven = entries.every(([, { uses }]) => {
      const use = uses.get(id);
      return use === undefined || (use.demand <= equal && use.used <= equal && use.ceiling === equal);
    });
    if (isEven) return undefined;
    const silent = Math.max(0, count - entries.length);
    const demands = [
      ...entries.map(([, { uses }]) => uses.get(id)?.demand ?? 0),
      ...Array<number>(silent).fill(0),
    ];
    const part = partsOf(limit, demands)[own] ?? 0;
    const heldByOthers = entries.reduce(
      (sum, [, reported], index) => sum + (index === own ? 0 : heldBy(reported, id, equal)),
      silent * equal,
    );
    const ceiling = Math.max(0, Math.min(part, limit - heldByOthers));
    return { id, limit, ceiling };
  }

  /** Forgets the gateways that exceed the number of leases, oldest report first: they have ended. */
  private forget(count: number, now: number): void {
    for (const [id, { at }] of this.gateways)
      if (this.gateways.size > count && now - at > SILENT_MS) this.gateways.delete(id);
  }
}

/** What a gateway may have used of a limit, or may still use. */
function heldBy({ uses, granted }: Reported, id: string, equal: number): number {
  const use = uses.get(id);
  return Math.max(use?.used ?? 0, use?.ceiling ?? equal, granted.get(id) ?? 0);
}

/** The limit as the gateway itself knows it, else the smallest that others report. */
const limitOf = (
  own: LimitUse | undefined,
  entries: readonly (readonly [string, Reported])[],
  id: string,
): number => own?.limit ?? Math.min(...entries.flatMap(([, { uses }]) => uses.get(id)?.limit ?? []));

function* partsIn({ uses, granted }: Reported): Iterable<LimitPart> {
  for (const [id, ceiling] of granted) {
    const limit = uses.get(id)?.limit;
    if (limit !== undefined) yield { id, limit, ceiling };
  }
}
