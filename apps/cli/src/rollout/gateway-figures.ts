import { parseExposition } from '@tessera/adapter-prometheus';
import { SERIES } from '@tessera/contracts-metrics';
import type { Measured } from './decision';

/** Reads the pages of the metrics of all gateways. */
export type ReadPages = () => Promise<readonly string[]>;

interface WorkloadLabels {
  readonly project: string;
  readonly workload: string;
}

const BUCKET = `${SERIES.gatewaySeconds}_bucket`;
const WANTED = new Set<string>([SERIES.gatewayRequests, BUCKET]);
/** No replica took it: the client had left. */
const CLIENT_LEFT = '499';
const PERCENTILE = 0.95;

/**
 * What the gateways measured of a workload between two calls, from their own series. Requests whose client left do not
 * count.
 */
export class GatewayFigures {
  private readonly before = new Map<string, number>();

  constructor(
    private readonly workload: WorkloadLabels,
    private readonly read: ReadPages,
  ) {}

  async since(): Promise<Measured> {
    let requests = 0;
    let errors = 0;
    const buckets = new Map<number, number>();
    for (const [gateway, page] of (await this.read()).entries())
      for (const { name, labels, value } of parseExposition(page, (one) => WANTED.has(one))) {
        if (labels['project'] !== this.workload.project || labels['workload'] !== this.workload.workload)
          continue;
        const more = this.increase(JSON.stringify([gateway, name, labels]), value);
        const { code = '', le } = labels;
        if (name === BUCKET) {
          const bound = le === '+Inf' ? Infinity : Number(le);
          buckets.set(bound, (buckets.get(bound) ?? 0) + more);
        } else if (code !== CLIENT_LEFT) {
          requests += more;
          if (code.startsWith('5')) errors += more;
        }
      }
    return { requests, errors, p95Ms: percentile(buckets) };
  }

  /** Since the last call; a counter that fell was reset. */
  private increase(key: string, value: number): number {
    const last = this.before.get(key) ?? 0;
    this.before.set(key, value);
    return value >= last ? value - last : value;
  }
}

/** Upper bound of the bucket that holds the percentile, ms: at most that long. */
function percentile(buckets: ReadonlyMap<number, number>): number | undefined {
  const total = buckets.get(Infinity) ?? 0;
  if (total === 0) return undefined;
  const bounds = [...buckets].sort(([a], [b]) => a - b);
  const found = bounds.find(([, count]) => count >= total * PERCENTILE);
  return found === undefined ? undefined : found[0] * 1_000;
}
