import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { seeded } from '../placement-trace/random';
import { gamma } from './gamma';
import { replicasFor, type Arrival, type WorkloadTrace } from './trace';

const WINDOW_S = 600;
const STEP_MS = 1_000;
/** A replica serves such a part of the busiest ten minutes of its client. */
const AT_PEAK = 8;
/** How long a request takes by pool, s: a chat answer, a long chain of thought, an image. */
const REQUEST_S: Readonly<Record<string, number>> = { 'm-small': 5, 'deepseek-r1': 60, 'mm-image': 10 };
const OTHER_REQUEST_S = 5;
const CRUMB = 1e-9;
/** So many requests of a window are drawn one by one; more are spread over its seconds. */
const MOST_DRAWN = 6_000;
/** Burstiness above this is a window whose requests all come at once. */
const MOST_CV = 10;

interface Window {
  readonly beginS: number;
  readonly rate: number;
  readonly cv: number;
}

/** A client of a trace of rates, before its requests are drawn: all of them at once would not fit in memory. */
export interface Client {
  readonly pool: string;
  /** Replicas times hours, if there were always as many as the busiest ten minutes need on average. */
  readonly ratedHours: number;
  readonly draw: () => WorkloadTrace;
}

/** The clients of a trace of rates: `pool,client,t_s,rate_rps,cv`, a row per ten minutes with traffic. */
export function readServegen(path: string, days: number): readonly Client[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const clients = new Map<string, Window[]>();
  const lengths = new Map<string, number>();
  for (const row of text.trim().split(/\r?\n/).slice(1)) {
    const [pool = '', client = '', begin, rate, cv] = row.split(',');
    const window = { beginS: Number(begin), rate: Number(rate), cv: Number(cv) };
    if (!Number.isFinite(window.beginS + window.rate + window.cv))
      throw new Error(`${path}: '${row}' is no row.`);
    if (window.beginS >= days * 86_400) continue;
    lengths.set(pool, Math.max(lengths.get(pool) ?? 0, window.beginS + WINDOW_S));
    const name = `${pool}/${client}`;
    const windows = clients.get(name) ?? [];
    windows.push(window);
    clients.set(name, windows);
  }
  return [...clients].map(([name, windows]) => {
    const [pool = ''] = name.split('/');
    const lengthS = lengths.get(pool) ?? 0;
    const requestS = REQUEST_S[pool] ?? OTHER_REQUEST_S;
    const peak = Math.max(...windows.map(({ rate }) => rate)) * requestS;
    const slots = Math.max(1, peak / AT_PEAK);
    const ratedHours = (Math.ceil(peak / slots - CRUMB) * lengthS) / 3_600;
    return { pool, ratedHours, draw: () => workload(name, windows, lengthS, requestS, slots) };
  });
}

function workload(
  name: string,
  windows: Window[],
  lengthS: number,
  requestS: number,
  slots: number,
): WorkloadTrace {
  windows.sort((a, b) => a.beginS - b.beginS);
  const random = seeded(1_000 + Number(name.split('/')[1]));
  const arrivals = windows.flatMap((window) => arrivalsOf(window, requestS * 1000, random));
  const lengthMs = lengthS * 1000;
  return { name, lengthMs, stepMs: STEP_MS, arrivals, slots, ...replicasFor(arrivals, lengthMs, slots) };
}

/** As many requests as the window had, with gaps of its burstiness. */
function arrivalsOf({ beginS, rate, cv }: Window, durationMs: number, random: () => number): Arrival[] {
  const count = Math.max(1, Math.round(rate * WINDOW_S));
  const burst = Math.min(MOST_CV, Math.max(0.1, cv));
  const perSecond = new Float64Array(WINDOW_S);
  if (count <= MOST_DRAWN) {
    const gaps = Array.from({ length: count + 1 }, () => gamma(1 / burst ** 2, random));
    const whole = gaps.reduce((sum, gap) => sum + gap, 0);
    let at = 0;
    for (const gap of gaps.slice(0, count)) {
      at += (gap / whole) * WINDOW_S;
      const second = Math.min(WINDOW_S - 1, Math.floor(at));
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
  } else {
    // Counts by the second of such a process: mean `rate`, variance `rate * cv²`.
    for (let second = 0; second < WINDOW_S; second += 1) perSecond[second] = gamma(rate / burst ** 2, random);
    const whole = perSecond.reduce((sum, one) => sum + one, 0);
    for (let second = 0; second < WINDOW_S; second += 1)
      perSecond[second] = ((perSecond[second] ?? 0) * count) / whole;
  }
  const arrivals: Arrival[] = [];
  perSecond.forEach((of, second) => {
    if (of > 0) arrivals.push({ at: (beginS + second) * 1000, count: of, durationMs, prefillMs: 0 });
  });
  return arrivals;
}
