import type { ReadWorkload, WorkloadReader } from '@tessera/application-control-plane';
import { ERRORS, type MetricsResponse } from '@tessera/contracts-rest';
import { HttpError, pathOf } from '@tessera/platform-http';
import { workloadOf, type Call, type Handlers } from '../http/call';
import { csv, wantsCsv } from '../wire/csv';
import { badRequest } from '../wire/violations';

type MetricsHandlers = Pick<
  Handlers,
  | 'get_inference_workload_metrics'
  | 'get_inference_workload_pod_metrics'
  | 'get_workload_metrics'
  | 'get_workload_pod_metrics'
>;

interface Query {
  readonly metricType: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly numberOfSamples: number;
}

type MetricsAnswer = {
  readonly body: MetricsResponse;
  readonly headers?: Readonly<Record<string, string>>;
} & ({ readonly status: 200 } | { readonly status: 207 });

/** Request timeout of the metrics service, ms. */
const LIMIT_MS = 20_000;
const PODS_PAGE = { offset: 0, limit: 500 };

/** HTTP client of the metrics service. The API has authorised the caller; it authenticates with a token of its own. */
export function metricsHandlers(
  metricsUrl: string,
  reader: WorkloadReader,
  token: () => Promise<string>,
): MetricsHandlers {
  const base = metricsUrl.replace(/(?<!\/)\/+$/, '');

  const ofWorkload = async (query: Query, call: Call): Promise<MetricsAnswer> => {
    const workload = workloadOf(call);
    return ask(`${base}/${pathTo(workload)}/metrics`, query, call, await token());
  };
  const ofPod = async (podId: string, query: Query, call: Call): Promise<MetricsAnswer> => {
    const workload = workloadOf(call);
    const pods = [
      ...(await reader.podsOf(workload.id, false, PODS_PAGE)).items,
      ...(await reader.podsOf(workload.id, true, PODS_PAGE)).items,
    ];
    const pod = pods.find(({ state }) => state.id === podId.toLowerCase());
    if (pod === undefined) throw new HttpError(404, ERRORS[404].message);
    const path = pathOf('pods', pod.state.name, 'metrics');
    return ask(`${base}/${pathTo(workload)}/${path}`, query, call, await token());
  };
  return {
    get_inference_workload_metrics: ({ query }, call) => ofWorkload(query, call),
    get_inference_workload_pod_metrics: ({ params, query }, call) => ofPod(params.podId, query, call),
    get_workload_metrics: ({ query }, call) => ofWorkload(query, call),
    get_workload_pod_metrics: ({ params, query }, call) => ofPod(params.podId, query, call),
  };
}

/** The namespace is part of the query: any pod anywhere can carry the id as a label. */
const pathTo = ({ id, project }: ReadWorkload): string =>
  `internal/v1/${pathOf('namespaces', project.namespace, 'workloads', id)}`;

async function ask(address: string, query: Query, call: Call, token: string): Promise<MetricsAnswer> {
  if (Date.parse(query.start) >= Date.parse(query.end))
    throw badRequest([{ field: 'start', message: 'must be before end' }]);
  const url = new URL(address);
  url.searchParams.set('metricType', query.metricType.join(','));
  url.searchParams.set('start', query.start);
  url.searchParams.set('end', query.end);
  url.searchParams.set('numberOfSamples', String(query.numberOfSamples));
  const response = await request(url, `Bearer ${token}`);
  if (response.status === 400) {
    const { message, details } = (await response.json()) as { message?: string; details?: string };
    throw new HttpError(400, message ?? ERRORS[400].message, details);
  }
  if (response.status !== 200 && response.status !== 207)
    throw new HttpError(503, ERRORS[503].message, `the metrics service answered ${response.status}`);
  const body = (await response.json()) as MetricsResponse;
  const status = response.status;
  return status === 200 && wantsCsv(call.headers) ? csv(table(body), body) : { status, body };
}

async function request(url: URL, authorization: string): Promise<Response> {
  try {
    // Follow no redirect: the token must not reach another address.
    return await fetch(url, {
      headers: { authorization },
      signal: AbortSignal.timeout(LIMIT_MS),
      redirect: 'error',
    });
  } catch (error) {
    throw new HttpError(
      503,
      ERRORS[503].message,
      `the metrics service cannot be reached: ${(error as Error).message}`,
    );
  }
}

const table = ({ measurements }: MetricsResponse): string[][] => [
  ['type', 'labels', 'timestamp', 'value'],
  ...measurements.flatMap(({ type, labels, values }) =>
    (values ?? []).map(({ timestamp, value }) => [type, labelText(labels ?? {}), timestamp ?? '', value]),
  ),
];

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
