import { toPromQl } from '@tessera/adapter-prometheus';
import { planFor } from '@tessera/application-measuring';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { rateWindowMs, sampleTimes, type SampleTimes } from '@tessera/domain-measurement';
import { idOf, NAMESPACE, SCRAPE_MS } from './past';
import type { Point, Question } from './service';

/** Scrapes of the shortest window of a rate, as in the service. */
const SCRAPES_PER_RATE = 4;

/** What a person asks who knows that each exporter runs once, and that nothing renames labels or shares devices. */
const PLAIN: Readonly<Record<string, (id: string, windowMs: number) => string>> = {
  THROUGHPUT: (id, windowMs) => `sum(rate(${SERIES.gatewayRequests}{workload_id="${id}"}[${windowMs}ms]))`,
  GPU_UTILIZATION: (id) =>
    `avg(${SERIES.gpuUtilisation}{namespace="${NAMESPACE}"} and on (namespace, pod) ${SERIES.podLabels}{${OWNER_LABEL}="${id}"})`,
};

/** The metric types that are compared. */
export const TYPES = Object.keys(PLAIN);

/** The PromQL of a person for the question, and all of the service's plan for it. */
export function queriesOf(question: Question): { readonly plain: string; readonly whole: string } {
  const windowMs = rateWindowMs(timesOf(question), SCRAPES_PER_RATE * SCRAPE_MS);
  const id = idOf(question.workload);
  const plan = planFor(question.type, { kind: 'workload', workloadId: id, namespace: NAMESPACE }, windowMs);
  const plain = PLAIN[question.type];
  if (plan === undefined || plain === undefined) throw new Error(`no query for ${question.type}`);
  return { plain: plain(id, windowMs), whole: toPromQl(plan) };
}

/** The body of Prometheus' answer; rejects unless it has one. */
export async function askPrometheus(url: string, query: string, question: Question): Promise<unknown> {
  const { start, end, step } = timesOf(question);
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const response = await fetch(`${url}/api/v1/query_range`, {
    method: 'POST',
    body: new URLSearchParams({ query, start: seconds(start), end: seconds(end), step: seconds(step) }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

/** The values of the one series of an answer; throws unless it has one. */
export function directPoints(body: unknown): Point[] {
  const { data } = body as { data: { result: { values: [number, string][] }[] } };
  const [series, ...others] = data.result;
  if (series === undefined || others.length > 0) throw new Error(`${data.result.length} series`);
  return series.values.map(([at, value]) => [Math.round(at * 1000), Number(value)]);
}

function timesOf({ start, end, samples }: Question): SampleTimes {
  const times = sampleTimes(start, end, samples);
  if (times === undefined) throw new Error('no samples are asked for');
  return times;
}

/** Range queries that the server has answered since its start. */
export async function queriesAnswered(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const lines = page.matchAll(
    /^prometheus_http_requests_total\{.*handler="\/api\/v1\/query_range".*\} (\S+)$/gm,
  );
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
