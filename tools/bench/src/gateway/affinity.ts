import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LABELS } from '@tessera/contracts-kubernetes';
import { freePorts } from '@tessera/dev-services';
import { knobsOf, ModelServer } from '@tessera/simulation-kubelets';
import { PROJECT, stubCluster } from '@tessera/testing-services/stub-cluster';
import { seeded } from '../placement-trace/random';
import { atMost, type Bar } from '../placement-trace/report';
import { mean, quantile, rounded } from '../placement-trace/statistics';
import { startGateway } from './ours';
import { CHAT, type ProxyFixture } from './proxies';

const REPLICAS = 8;
const PREFIXES = 64;
const PREFIX_TOKENS = 4_096;
const QUESTION_TOKENS = 64;
const CHARACTERS = 4;
const BLOCK_TOKENS = 16;
const PREFILL_TOKENS_PER_SECOND = 10_000;
/** All prefixes together need so much of the caches of all replicas, as in llm-d's figures. */
const CACHE_DEMAND = 0.73;
/** Requests per second, as part of what the replicas can do without any cache. */
const LOAD = 0.5;
const SEED = 42;
const READY_LIMIT_MS = 60_000;

/** Bars: mean time to first token as part of that of the fewest requests in flight. */
const SHARED = 0.5;
const UNSHARED = 1.05;

/** Times to the first token, as clients see them, and which part of the prompt tokens the caches had. */
interface Times {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly cached: number;
  /** Mean in the engines, from the arrival there, without what the gateway, the sockets and this program take. */
  readonly engineMs: number;
}

type Rule = 'prefix' | 'leastInFlight';

export interface AffinityResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly cacheBlocks: number;
  readonly shared: Readonly<Record<Rule, Times>>;
  readonly unshared: Readonly<Record<Rule, Times>>;
}

const PROMPT_TOKENS = PREFIX_TOKENS + QUESTION_TOKENS;
const CACHE_BLOCKS = Math.floor((PREFIXES * PREFIX_TOKENS) / BLOCK_TOKENS / CACHE_DEMAND / REPLICAS);
const PER_SECOND = Math.floor((LOAD * REPLICAS * PREFILL_TOKENS_PER_SECOND) / PROMPT_TOKENS);

/**
 * Time to first token with the choice by prefix and without, of so many requests each: with 64 shared prefixes, and with
 * prompts that share nothing. The gateway of production and eight simulated model servers for each rule; both have the
 * same prompts at the same random times, side by side, so that what else the machine does concerns both.
 */
export async function measureAffinity(
  { home, stops }: Pick<ProxyFixture, 'home' | 'stops'>,
  requests: number,
): Promise<AffinityResult> {
  const folder = join(home, 'affinity');
  mkdirSync(folder);
  const cluster = await stubCluster(folder, []);
  stops.push(() => cluster.stop());
  const { port } = await startGateway({ home, stops }, 'gateway-affinity', {
    TESSERA_KUBECONFIG: cluster.kubeconfig,
  });
  let made = 0;
  const run = async (rule: Rule, prompts: (index: number) => string): Promise<Times> => {
    const number = (made += 1);
    const workload = {
      name: `chat-${number}`,
      id: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
      serving: rule === 'prefix' ? {} : { tessera: { prefixAffinity: false } },
    };
    const servers = await startServers(workload.name);
    const [first = '', ...others] = servers.map(({ address }) => address);
    cluster.add({ ...workload, address: first });
    others.forEach((address, index) =>
      cluster.addPod(workload, {
        name: `${workload.name}-${index + 1}`,
        uid: `${number}-${index + 1}`,
        address,
      }),
    );
    const url = `http://127.0.0.1:${port}/${PROJECT}/${workload.name}${CHAT}`;
    await untilAllServe(url, servers);
    const times = await load(url, requests, prompts);
    const sum = (figure: 'cacheHits' | 'cacheQueries' | 'prompts' | 'firstTokenMs'): number =>
      servers.reduce((total, { server }) => total + server.traffic.engine[figure], 0);
    await Promise.all(servers.map(({ server }) => server.close(0)));
    return {
      ...times,
      engineMs: rounded(sum('firstTokenMs') / sum('prompts'), 1),
      cached: rounded(sum('cacheHits') / sum('cacheQueries'), 3),
    };
  };
  const both = async (prompts: () => (index: number) => string): Promise<Record<Rule, Times>> => {
    const [leastInFlight, prefix] = await Promise.all([
      run('leastInFlight', prompts()),
      run('prefix', prompts()),
    ]);
    return { leastInFlight, prefix };
  };
  return {
    requests,
    perSecond: PER_SECOND,
    cacheBlocks: CACHE_BLOCKS,
    shared: await both(sharedPrompts),
    unshared: await both(() => (index) => textOf(`prompt ${index}`, PROMPT_TOKENS)),
  };
}

export const affinityBars = ({ shared, unshared }: AffinityResult): readonly Bar[] => [
  atMost(
    'shared prefixes: mean time to first token as part of that of least in flight',
    rounded(shared.prefix.meanMs / shared.leastInFlight.meanMs, 3),
    SHARED,
  ),
  atMost(
    'nothing shared: mean time to first token as part of that of least in flight',
    rounded(unshared.prefix.meanMs / unshared.leastInFlight.meanMs, 3),
    UNSHARED,
  ),
];

interface Running {
  readonly server: ModelServer;
  readonly address: string;
}

async function startServers(name: string): Promise<readonly Running[]> {
  const env = Object.entries({
    SIM_LATENCY_MS: 0,
    SIM_PREFILL_TOKENS_PER_S: PREFILL_TOKENS_PER_SECOND,
    SIM_KV_BLOCKS: CACHE_BLOCKS,
  }).map(([variable, value]) => ({ name: variable, value: String(value) }));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { [LABELS.workloadName]: name } },
    spec: { containers: [{ name: 'main', image: 'model:1', env }] },
  };
  return Promise.all(
    (await freePorts(REPLICAS)).map(async (wanted) => {
      const server = new ModelServer(pod, knobsOf(pod), () => undefined);
      const { host, port } = await server.listen('127.0.0.1', wanted);
      return { server, address: `${host}:${port}` };
    }),
  );
}

/** Asks with an empty prompt until the gateway has sent something to every replica. */
async function untilAllServe(url: string, servers: readonly Running[]): Promise<void> {
  const limit = performance.now() + READY_LIMIT_MS;
  while (servers.some(({ server }) => server.traffic.requests === 0)) {
    if (performance.now() > limit) throw new Error(`${url}: not all replicas get requests`);
    await ask(url, { messages: [{ role: 'user', content: '' }] });
  }
}

/** Sends the requests at random times (a Poisson process), however long the answers take. */
async function load(
  url: string,
  requests: number,
  prompt: (index: number) => string,
): Promise<Omit<Times, 'cached' | 'engineMs'>> {
  const random = seeded(SEED);
  const began = performance.now();
  let due = began;
  const answers: Promise<number>[] = [];
  for (let index = 0; index < requests; index += 1) {
    due += (-Math.log(1 - random()) / PER_SECOND) * 1_000;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    answers.push(ask(url, { messages: [{ role: 'user', content: prompt(index) }] }));
  }
  const times = (await Promise.all(answers)).sort((one, other) => one - other);
  return {
    meanMs: rounded(mean(times), 1),
    p50Ms: rounded(quantile(times, 0.5), 1),
    p90Ms: rounded(quantile(times, 0.9), 1),
  };
}

/** The answer has one token: it comes with it. */
async function ask(url: string, body: object): Promise<number> {
  const sent = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', max_tokens: 1, ...body }),
  });
  await response.text();
  if (response.status !== 200 && response.status !== 404) throw new Error(`${url}: ${response.status}`);
  return performance.now() - sent;
}

function sharedPrompts(): (index: number) => string {
  const random = seeded(SEED + 1);
  const prefixes = Array.from({ length: PREFIXES }, (_, index) => textOf(`document ${index}`, PREFIX_TOKENS));
  return (index) =>
    `${prefixes[Math.floor(random() * PREFIXES)]}${textOf(`question ${index}`, QUESTION_TOKENS)}`;
}

const textOf = (name: string, tokens: number): string =>
  `${name}: `.repeat(Math.ceil((tokens * CHARACTERS) / name.length)).slice(0, tokens * CHARACTERS);
