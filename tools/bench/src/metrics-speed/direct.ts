import { toPromQl } from '@tessera/adapter-prometheus';
import { planFor } from '@tessera/application-measuring';
import { rateWindowMs, sampleTimes } from '@tessera/domain-measurement';
import { idOf, NAMESPACE, SCRAPE_MS } from './past';
import type { Question } from './service';

/** Scrapes of the shortest window of a rate, as in the service. */
const SCRAPES_PER_RATE = 4;

/** Asks Prometheus for the PromQL that the service asks for. */
export async function askPrometheus(url: string, question: Question): Promise<unknown> {
  const times = sampleTimes(question.start, question.end, question.samples);
  if (times === undefined) throw new Error('no samples are asked for');
  const plan = planFor(
    question.type,
    { kind: 'workload', workloadId: idOf(question.workload), namespace: NAMESPACE },
    rateWindowMs(times, SCRAPES_PER_RATE * SCRAPE_MS),
  );
  if (plan === undefined) throw new Error(`a workload has no ${question.type}`);
  const response = await fetch(`${url}/api/v1/query_range`, {
    method: 'POST',
    body: new URLSearchParams({
      query: toPromQl(plan),
      start: (times.start / 1000).toFixed(3),
      end: (times.end / 1000).toFixed(3),
      step: (times.step / 1000).toFixed(3),
    }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

/** Range queries that the server has answered since its start. */
export async function queriesAnswered(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const lines = page.matchAll(
    /^prometheus_http_requests_total\{.*handler="\/api\/v1\/query_range".*\} (\S+)$/gm,
  );
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
