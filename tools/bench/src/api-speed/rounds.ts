import autocannon, { type Request, type Result } from 'autocannon';
import { quantile, rounded } from '../placement-trace/statistics';

/** What is asked, again and again, of one of the two servers. */
export interface Load {
  readonly url: string;
  readonly requests: readonly Request[];
}

/** Ours and its rival, to be asked the same. */
export interface Contest {
  readonly name: string;
  readonly ours: Load;
  readonly baseline: Load;
}

export interface Pace {
  readonly rounds: number;
  /** Length of a round, s. */
  readonly seconds: number;
}

export interface ContestResult {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly baselinePerSecond: number;
  readonly ratio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** The end of a round is looked for this often, ms: rounds are shorter than autocannon's usual second. */
const SAMPLE_MS = 50;
const ANSWER_LIMIT_SECONDS = 20;

/** Sends the load for so long; throws when an answer is an error or not a 2xx, since a fast refusal proves nothing. */
export async function round(load: Load, connections: number, seconds: number): Promise<Round> {
  const latenciesMs: number[] = [];
  const result = await new Promise<Result>((resolve, reject) => {
    const options = { connections, duration: seconds, sampleInt: SAMPLE_MS, timeout: ANSWER_LIMIT_SECONDS };
    const run = autocannon({ ...load, ...options }, (error, ended) =>
      error ? reject(error) : resolve(ended),
    );
    run.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) =>
      latenciesMs.push(ms),
    );
  });
  const { non2xx, errors, timeouts, resets } = result;
  if (non2xx + errors + timeouts + resets > 0)
    throw new Error(
      `${load.url}: ${result['2xx']} answers were 2xx, ${non2xx} were not, ${errors} errors, ${timeouts} timeouts, ${resets} resets`,
    );
  return { perSecond: result['2xx'] / result.duration, latenciesMs };
}

/**
 * Rounds in turn, so that whatever else the machine does falls on both; who begins changes every time. A round has to be
 * long beside the time that an answer takes over so many connections: at its start every request is read before the first
 * is answered, and at its end as many are left behind. Rates are medians over the rounds, latencies those of all our answers.
 */
export async function contest(
  { name, ours, baseline }: Contest,
  connections: number,
  { rounds, seconds }: Pace,
): Promise<ContestResult> {
  const mine: Round[] = [];
  const theirs: Round[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const turns = [
      async () => mine.push(await round(ours, connections, seconds)),
      async () => theirs.push(await round(baseline, connections, seconds)),
    ];
    for (const turn of index % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const [perSecond = 0, baselinePerSecond = 0] = [mine, theirs].map(median);
  if (perSecond === 0 || baselinePerSecond === 0)
    throw new Error(
      `${name} over ${connections} connections: most rounds ended before the first answer; make --seconds longer`,
    );
  const latencies = Float64Array.from(mine.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  return {
    name,
    connections,
    perSecond: rounded(perSecond, 1),
    baselinePerSecond: rounded(baselinePerSecond, 1),
    ratio: rounded(perSecond / baselinePerSecond, 3),
    p50Ms: rounded(quantile(latencies, 0.5), 2),
    p99Ms: rounded(quantile(latencies, 0.99), 2),
  };
}

function median(rounds: readonly Round[]): number {
  const ascending = rounds.map(({ perSecond }) => perSecond).sort((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  const upper = ascending[middle] ?? 0;
  return ascending.length % 2 === 1 ? upper : (upper + (ascending[middle - 1] ?? 0)) / 2;
}
