import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { rounded } from '../placement-trace/statistics';
import { treeCpuMs } from '../process-cost';
import { LOAD_CORE, pinned } from './cores';
import type { Order, Outcome } from './order';
import type { RunningProxy } from './proxies';

/** What is sent to every one of those that are compared, in turn. */
export interface Case {
  readonly name: string;
  readonly body: string;
  readonly bytes?: number;
  readonly connections: number;
  readonly perSecond?: number;
}

export interface Pace {
  readonly rounds: number;
  /** Length of a round, s. */
  readonly seconds: number;
}

/** Medians over the rounds of one of them. */
export interface Figures extends Outcome {
  /** CPU time of the proxy for one request, µs: it does not depend on what else the machine does. */
  readonly cpuUs: number;
}

/** Figures by the name of the proxy; of one that could not do it, why. */
export interface CaseResult {
  readonly figures: Readonly<Record<string, Figures>>;
  readonly failed: Readonly<Record<string, string>>;
}

/** Of an error answer, characters that are kept. */
const MOST_REASON = 300;

/** One round through one proxy; throws when an answer is an error, since a fast refusal proves nothing. */
async function round(proxy: RunningProxy, { name, ...load }: Case, seconds: number): Promise<Figures> {
  const { port, path, pid } = proxy;
  const headers = { host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...proxy.headers };
  const order: Order = { port, path, headers, seconds, ...load };
  const { command, args } = pinned(LOAD_CORE, process.execPath, [
    ...['--import', 'tsx', join(__dirname, 'load.ts'), JSON.stringify(order)],
  ]);
  const began = treeCpuMs(pid);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${name} through ${proxy.name}: ${errors.trim()}`);
  const outcome = JSON.parse(out) as Outcome;
  const spent = treeCpuMs(pid) - began;
  const requests = outcome.requests + outcome.warmUp;
  return { ...outcome, cpuUs: rounded((spent * 1000) / Math.max(1, requests), 1) };
}

/**
 * Rounds in turn, so that whatever else the machine does falls on all alike; who begins changes every time. One round of
 * each before them does not count. A rival that answers with an error is left out; ours and the bare proxy must not.
 */
export async function measure(
  proxies: readonly RunningProxy[],
  one: Case,
  { rounds, seconds }: Pace,
): Promise<CaseResult> {
  const failed: Record<string, string> = {};
  for (const proxy of proxies)
    await round(proxy, one, Math.min(seconds, 2)).catch((error: unknown) => {
      if (proxy.needed) throw error;
      failed[proxy.name] = String(error).slice(0, MOST_REASON);
    });
  const able = proxies.filter(({ name }) => !(name in failed));
  const figures = new Map<string, Figures[]>(able.map(({ name }) => [name, []]));
  for (let index = 0; index < rounds; index += 1)
    for (let turn = 0; turn < able.length; turn += 1) {
      const proxy = able[(index + turn) % able.length];
      if (proxy !== undefined) figures.get(proxy.name)?.push(await round(proxy, one, seconds));
    }
  return { figures: Object.fromEntries([...figures].map(([name, all]) => [name, medians(all)])), failed };
}

function medians(all: readonly Figures[]): Figures {
  const median = (key: keyof Figures): number => {
    const ascending = all.map((one) => one[key]).sort((a, b) => a - b);
    return ascending[Math.floor(ascending.length / 2)] ?? 0;
  };
  return {
    requests: median('requests'),
    warmUp: median('warmUp'),
    perSecond: median('perSecond'),
    p50Ms: median('p50Ms'),
    p99Ms: median('p99Ms'),
    tokensPerSecond: median('tokensPerSecond'),
    tokenP50Ms: median('tokenP50Ms'),
    tokenP99Ms: median('tokenP99Ms'),
    cpuUs: median('cpuUs'),
  };
}
