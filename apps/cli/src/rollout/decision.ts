/** What the gateways measured of the new workload during one interval. */
export interface Measured {
  readonly requests: number;
  /** Of them, those that were answered with 500 to 599. */
  readonly errors: number;
  /** Within which 95 % of the responses ended, ms; undefined without any. */
  readonly p95Ms: number | undefined;
}

export interface Bounds {
  /** Share of errors, between 0 and 1. */
  readonly errorRate: number;
  /** Absent where the latency does not matter. */
  readonly p95Ms?: number;
  /** Fewer requests in an interval decide nothing. */
  readonly leastRequests: number;
}

/** What to do after an interval, and why. */
export interface Decision {
  readonly kind: 'on' | 'wait' | 'back';
  readonly why: string;
}

/** Goes on while everything is within the bounds, and back as soon as one is passed. */
export function decide({ requests, errors, p95Ms }: Measured, bounds: Bounds): Decision {
  if (requests < bounds.leastRequests)
    return { kind: 'wait', why: `${requests} requests of at least ${bounds.leastRequests}` };
  const rate = errors / requests;
  if (rate > bounds.errorRate)
    return {
      kind: 'back',
      why: `${errors} of ${requests} requests failed, more than ${percent(bounds.errorRate)}`,
    };
  if (bounds.p95Ms !== undefined && p95Ms !== undefined && p95Ms > bounds.p95Ms)
    return { kind: 'back', why: `95 % within ${Math.round(p95Ms)} ms, more than ${bounds.p95Ms} ms` };
  const latency = p95Ms === undefined ? '' : `, 95 % within ${Math.round(p95Ms)} ms`;
  return { kind: 'on', why: `${errors} of ${requests} requests failed${latency}` };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

/** A workload by its project and name; names are unique within a project. */
export interface WorkloadInProject {
  readonly projectId: string;
  readonly workload: string;
}

export const isAt = (one: WorkloadInProject, { projectId, workload }: WorkloadInProject): boolean =>
  one.projectId === projectId && one.workload === workload;

interface Weighted extends WorkloadInProject {
  readonly weight: number;
}

/** All weights together after a step: shares are exact to a hundredth of a percent. */
const TOTAL = 10_000;

/** The targets with `share` (0 to 100 %) at one workload; the others keep their proportions. */
export function withShare<T extends Weighted>(
  targets: readonly T[],
  target: WorkloadInProject,
  share: number,
): T[] {
  const mine = Math.round((share / 100) * TOTAL);
  const others = targets.filter((one) => !isAt(one, target));
  const sum = others.reduce((total, { weight }) => total + weight, 0);
  return targets.map((one) => {
    if (isAt(one, target)) return { ...one, weight: mine };
    const part = sum === 0 ? 1 / others.length : one.weight / sum;
    return { ...one, weight: Math.round(part * (TOTAL - mine)) };
  });
}
