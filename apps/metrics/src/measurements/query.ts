import { INTERNAL_ROUTES, ScopeMeasurement } from '@tessera/contracts-internal';
import { ROUTES } from '@tessera/contracts-rest';
import type { Scope } from '@tessera/application-measuring';
import { HttpError } from '@tessera/platform-http';

/** A query for a workload or a pod, times in ms since the epoch. */
export interface MetricsQuery {
  readonly types: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly samples: number;
}

const QUERIES = {
  workload: INTERNAL_ROUTES.workloadMetrics.query,
  pod: INTERNAL_ROUTES.podMetrics.query,
};
const WorkloadId = ROUTES.get_workload_metrics.params.workloadId;

/** Checks and decodes query parameters; throws 400 that names every invalid parameter. */
export function metricsQuery(scope: keyof typeof QUERIES, given: unknown): MetricsQuery {
  const parsed = QUERIES[scope].safeParse(given);
  if (!parsed.success) throw invalid(parsed.error.issues);
  return decoded(parsed.data);
}

/** Checks and decodes the body of a query for another scope; throws 400 that names every invalid field. */
export function scopeQuery(given: unknown): MetricsQuery & { readonly scope: Scope } {
  const parsed = ScopeMeasurement.safeParse(given);
  if (!parsed.success) throw invalid(parsed.error.issues);
  return { scope: parsed.data.scope, ...decoded(parsed.data) };
}

const invalid = (issues: readonly { path: readonly PropertyKey[]; message: string }[]): HttpError => {
  const problems = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new HttpError(400, 'The query cannot be understood.', problems.join('; '));
};

interface Asked {
  readonly metricType: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly numberOfSamples: number;
}

function decoded({ metricType, start, end, numberOfSamples }: Asked): MetricsQuery {
  const range = { start: Date.parse(start), end: Date.parse(end) };
  if (range.start >= range.end) throw new HttpError(400, 'start must be before end', `${start} .. ${end}`);
  return { types: metricType, ...range, samples: numberOfSamples };
}

/** The id as workloads carry it on their series; throws 404 for a malformed one. */
function workloadIdOf(given: string): string {
  const parsed = WorkloadId.safeParse(given);
  if (!parsed.success) throw new HttpError(404, 'Resource id not found.');
  return parsed.data.toLowerCase();
}

/** The workload or pod that a path names; throws 404 for a malformed id. */
export function scopeOf(params: unknown): Scope {
  const { namespace = '', workloadId = '', podName } = params as Readonly<Record<string, string>>;
  const workload = { workloadId: workloadIdOf(workloadId), namespace };
  return podName === undefined
    ? { kind: 'workload', ...workload }
    : { kind: 'pod', ...workload, pod: podName };
}
