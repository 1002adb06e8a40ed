import { quantile, rounded } from '../placement-trace/statistics';
import type { Fixture } from './fixture';

const ROUNDS = 15;
const PAGE = 'limit=50';

/** What the list of workloads is asked for: every column that sorts, filters, search, far pages, counts. */
export const QUESTIONS: Readonly<Record<string, string>> = {
  'newest first': `/api/v1/workloads?${PAGE}&sortBy=createdAt&sortOrder=desc`,
  ...Object.fromEntries(
    ['name', 'phase', 'projectName', 'allocatedGPU', 'nodepool', 'submittedBy'].map((field) => [
      `by ${field}`,
      `/api/v1/workloads?${PAGE}&sortBy=${field}&sortOrder=desc`,
    ]),
  ),
  'filter by phase': `/api/v1/workloads?${PAGE}&filterBy=phase==Pending&sortBy=createdAt&sortOrder=desc`,
  'filter by project and phase, by name': `/api/v1/workloads?${PAGE}&filterBy=projectName==team-3,phase==Running&sortBy=name`,
  'search, by GPU': `/api/v1/workloads?${PAGE}&search=chat-19&sortBy=allocatedGPU&sortOrder=desc`,
  'search for nothing': `/api/v1/workloads?${PAGE}&search=nobody&sortBy=createdAt&sortOrder=desc`,
  'page 300': `/api/v1/workloads?${PAGE}&offset=15000&sortBy=name`,
  count: '/api/v1/workloads/count',
  'count with filter': '/api/v1/workloads/count?filterBy=phase==Pending',
};

export interface ListSpeed {
  readonly question: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly bytes: number;
}

/** How long the API takes for each question, one at a time, the first answer left out. */
export async function listSpeed({
  api,
  token,
}: Pick<Fixture, 'api' | 'token'>): Promise<readonly ListSpeed[]> {
  const results: ListSpeed[] = [];
  for (const [question, path] of Object.entries(QUESTIONS)) {
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const began = performance.now();
      const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
      if (round > 0) times.push(performance.now() - began);
      bytes = text.length;
    }
    times.sort((a, b) => a - b);
    results.push({
      question,
      medianMs: rounded(quantile(times, 0.5), 1),
      p95Ms: rounded(quantile(times, 0.95), 1),
      bytes,
    });
  }
  return results;
}
