import { readFileSync } from 'node:fs';
import { replicasFor, type Arrival, type WorkloadTrace } from './trace';

/** A plain model of a replica: tokens of a prompt per second, time of one generated token. */
const PROMPT_TOKENS_PER_SECOND = 8_000;
const MS_PER_TOKEN = 25;
const STEP_MS = 200;

/** One workload from a trace with a row per request: `TIMESTAMP,ContextTokens,GeneratedTokens`. */
export function readAzure(path: string, slots: number): readonly WorkloadTrace[] {
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
  const requests = rows.map((row) => {
    const [time = '', prompt, generated] = row.split(',');
    const at = Date.parse(`${time.slice(0, 23).replace(' ', 'T')}Z`);
    return { at, prompt: Number(prompt), generated: Number(generated) };
  });
  if (requests.some(({ at, prompt, generated }) => !Number.isFinite(at + prompt + generated)))
    throw new Error(`${path} has rows without a time or a number of tokens.`);
  requests.sort((a, b) => a.at - b.at);
  const begin = Math.floor((requests[0]?.at ?? 0) / 1000) * 1000;
  const arrivals = requests.map(({ at, prompt, generated }): Arrival => {
    const prefillMs = (prompt / PROMPT_TOKENS_PER_SECOND) * 1000;
    return { at: at - begin, count: 1, prefillMs, durationMs: prefillMs + generated * MS_PER_TOKEN };
  });
  const lengthMs = (arrivals.at(-1)?.at ?? 0) + 120_000;
  return [
    { name: 'code', lengthMs, stepMs: STEP_MS, arrivals, slots, ...replicasFor(arrivals, lengthMs, slots) },
  ];
}
