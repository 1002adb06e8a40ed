import { Command } from 'commander';
import { CreatedPods } from './cold-start/created-pods';
import { startPlatform, type RunningPlatform } from './cold-start/platform';
import { Sleepers, type Sleeper } from './cold-start/sleepers';
import { atLeast, atMost, report } from './placement-trace/report';
import { quantile, rounded } from './placement-trace/statistics';
import { positiveInteger } from './command-line/options';

const SAMPLES = 10;
const CALM_PER_SECOND = 20;
/** The rate is kept up where the last pod is created so soon after the last request, as a share of the time. */
const SUSTAINED = 1.05;
const SETTLE_MS = 3_000;

const options = new Command()
  .description(
    'Cold starts on the local platform with simulated nodes: from a request to its pod and its answer.',
  )
  .option('--nodes <count>', 'nodes', positiveInteger, 40)
  .option('--rate <count>', 'wake-ups offered per second', positiveInteger, 100)
  .option('--seconds <count>', 'seconds of each load', positiveInteger, 10)
  .option('--burst <count>', 'requests at once to one workload', positiveInteger, 1_000)
  .parse()
  .opts<{
    readonly nodes: number;
    readonly rate: number;
    readonly seconds: number;
    readonly burst: number;
  }>();

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Status of the answer, with the reason of the gateway where no replica answered. */
async function answerOf(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return [response.status, response.headers.get('x-tessera-reason') ?? []].flat().join(' ');
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

const isAnswered = (answer: string): boolean => answer === '200';

/** How often each answer came that was none of a replica. */
function refusals(answers: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) if (!isAnswered(answer)) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

interface Services {
  readonly platform: RunningPlatform;
  readonly sleepers: Sleepers;
  readonly pods: CreatedPods;
}

/** So many requests a second, each to a workload that sleeps. */
async function offered({ sleepers, pods }: Services, asleep: readonly Sleeper[], perSecond: number) {
  const began = performance.now();
  const sent = new Map<string, number>();
  const sentRequests: Promise<string>[] = [];
  for (const [index, sleeper] of asleep.entries()) {
    const wait = began + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
    sent.set(sleeper.id, performance.now());
    sentRequests.push(answerOf(sleepers.urlOf(sleeper)));
  }
  const offeredSeconds = (performance.now() - began) / 1000;
  const answers = await Promise.all(sentRequests);
  const created = [...sent].map(([id, at]) => (pods.at.get(id) ?? Number.NaN) - at);
  const ms = Float64Array.from(created.filter((one) => !Number.isNaN(one))).sort();
  const lastAt = Math.max(...[...sent.keys()].map((id) => pods.at.get(id) ?? Infinity));
  const result = {
    name: `request to pod created at ${perSecond}/s offered`,
    workloads: asleep.length,
    offeredPerSecond: rounded(asleep.length / offeredSeconds, 1),
    wakesPerSecond: rounded(asleep.length / ((lastAt - began) / 1000), 1),
    answered: answers.filter(isAnswered).length,
    refused: refusals(answers),
    p50Ms: rounded(quantile(ms, 0.5), 1),
    p99Ms: rounded(quantile(ms, 0.99), 1),
  };
  log(JSON.stringify(result));
  return result;
}

/** One workload after the other: from the request to the end of its answer. */
async function endToEnd({ sleepers }: Services, asleep: readonly Sleeper[]) {
  const ms: number[] = [];
  for (const sleeper of asleep) {
    const began = performance.now();
    const answer = await answerOf(sleepers.urlOf(sleeper));
    ms.push(isAnswered(answer) ? performance.now() - began : Infinity);
  }
  const result = {
    name: 'cold start end to end',
    samples: ms.map((one) => rounded(one, 0)),
    meanMs: rounded(ms.reduce((sum, one) => sum + one, 0) / ms.length, 1),
  };
  log(JSON.stringify(result));
  return result;
}

/** All requests at once to one workload. */
async function together({ platform, sleepers }: Services, [sleeper]: readonly Sleeper[], requests: number) {
  if (sleeper === undefined) throw new Error('there is no workload to wake');
  const answers = await Promise.all(
    Array.from({ length: requests }, () => answerOf(sleepers.urlOf(sleeper))),
  );
  const metrics = await (await fetch(`${platform.gatewayAdmin}/metrics`)).text();
  const line = metrics
    .split('\n')
    .find((one) => one.startsWith('tessera_gateway_wakes_total') && one.includes(sleeper.id));
  const result = {
    name: `${requests} requests at once to one workload`,
    answered: answers.filter(isAnswered).length,
    refused: refusals(answers),
    wakes: Number(line?.split(' ').at(-1) ?? 0),
  };
  log(JSON.stringify(result));
  return result;
}

async function measure(services: Services): Promise<void> {
  const { rate, seconds, burst } = options;
  log(`creating ${SAMPLES + 1 + (CALM_PER_SECOND + rate) * seconds} workloads`);
  const first = await services.sleepers.create(SAMPLES + 1);
  const calm = await services.sleepers.create(CALM_PER_SECOND * seconds);
  const many = await services.sleepers.create(rate * seconds);
  await pause(SETTLE_MS);
  const samples = await endToEnd(services, first.slice(1));
  const once = await together(services, first, burst);
  await pause(SETTLE_MS);
  const calmly = await offered(services, calm, CALM_PER_SECOND);
  await pause(SETTLE_MS);
  const sustained = await offered(services, many, rate);
  report({ results: [samples, once, calmly, sustained] }, [
    atLeast('wake-ups per second', sustained.wakesPerSecond, rate / SUSTAINED),
    atLeast('requests answered under that load', sustained.answered, many.length),
    atMost(`request to pod created, p99 at ${CALM_PER_SECOND}/s, ms`, calmly.p99Ms, 300),
    atMost('cold start end to end, mean of ten, ms', samples.meanMs, 1_000),
    atMost('wake-ups of one workload by requests at once', once.wakes, 1),
    atLeast('of these requests answered', once.answered, burst),
  ]);
}

async function main(): Promise<void> {
  log(`starting the platform with ${options.nodes} simulated nodes`);
  const platform = await startPlatform(options.nodes);
  const pods = new CreatedPods(platform.kubeconfig);
  try {
    await pods.start();
    await measure({ platform, sleepers: await Sleepers.open(platform), pods });
  } finally {
    await pods.stop();
    await platform.stop();
  }
}

main().catch((error: unknown) => {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
