import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maybe } from '@tessera/kernel';
import { Command } from 'commander';
import { bundle } from '@tessera/tool-build';
import { affinityBars, measureAffinity } from './gateway/affinity';
import { bars, type Measured } from './gateway/bars';
import { canPin } from './gateway/cores';
import { newRoute } from './gateway/new-route';
import { startOurs, type Ours } from './gateway/ours';
import {
  MISSING,
  startBare,
  startNginx,
  startPortkey,
  startUpstream,
  type RunningProxy,
  type ProxyFixture,
} from './gateway/proxies';
import { measure, type Case, type CaseResult } from './gateway/rounds';
import { report } from './placement-trace/report';
import { interruption, numberBetween, positiveInteger, someOf } from './command-line/options';

const CASES = ['plain', 'half', 'stream', 'pace', 'upload', 'routes', 'affinity'] as const;
type CaseName = (typeof CASES)[number];

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly routes: number;
  readonly prompts: number;
  readonly only: readonly CaseName[];
}

const MODEL = 'bench/chat';
const MESSAGES = '"messages":[{"role":"user","content":"What may a proxy cost, and why?"}]';
const UPLOAD_BYTES = 10 * 1024 * 1024;
/** Time between two tokens of a stream, ms, and how many streams there are at once. */
const TOKEN_EVERY_MS = 10;
const PACED_STREAMS = 32;

const plain: Case = {
  name: 'plain',
  body: `{"model":"${MODEL}","max_tokens":200,${MESSAGES}`,
  connections: 32,
};
const stream: Case = { name: 'stream', body: `${plain.body},"stream":true`, connections: 16 };
const pace: Case = {
  name: 'pace',
  body: `{"model":"${MODEL}","max_tokens":200,"seed":${TOKEN_EVERY_MS},"stream":true,${MESSAGES}`,
  connections: PACED_STREAMS,
};
const upload: Case = { name: 'upload', body: plain.body, bytes: UPLOAD_BYTES, connections: 4 };

const options = new Command()
  .description(
    "Requests per second and added latency of the gateway, beside a bare Node proxy, nginx and Portkey's gateway in front of the same upstream.",
  )
  .option('--rounds <count>', 'rounds of each proxy in each case', positiveInteger, 5)
  .option('--seconds <number>', 'length of a round', numberBetween(0.2, 600, 'Seconds'), 5)
  .option('--routes <count>', 'workloads that the gateway knows', positiveInteger, 5_000)
  .option('--prompts <count>', 'requests of each run of the case affinity', positiveInteger, 640)
  .option('--only <cases>', CASES.join(', '), someOf('cases', CASES), CASES)
  .parse()
  .opts<Options>();

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const interrupted = interruption();

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-gateway-'));
  const stops: (() => Promise<void>)[] = [
    () => Promise.resolve(rmSync(home, { recursive: true, force: true })),
  ];
  try {
    await bundle('apps/gateway');
    const measured = await Promise.race([compareAll(home, stops), interrupted]);
    const affinity = options.only.includes('affinity')
      ? await Promise.race([measureAffinity({ home, stops }, options.prompts), interrupted])
      : undefined;
    report({ pinned: canPin, ...measured, ...maybe('affinity', affinity) }, [
      ...bars(measured),
      ...(affinity === undefined ? [] : affinityBars(affinity)),
    ]);
  } finally {
    for (const end of stops.splice(0).reverse()) await end();
  }
}

async function compareAll(home: string, stops: ProxyFixture['stops']): Promise<Measured> {
  if (options.only.every((name) => name === 'affinity')) return {};
  return compare({ home, stops, upstream: await startUpstream({ home, stops }) });
}

async function compare(fixture: ProxyFixture): Promise<Measured & { readonly missing: readonly string[] }> {
  const ours = await startOurs(fixture, options.routes);
  const bare = await startBare(fixture);
  const rivals = { nginx: await startNginx(fixture), portkey: await startPortkey(fixture) };
  const missing = Object.entries(rivals).flatMap(([name, rival]) =>
    rival === undefined ? [MISSING[name] ?? name] : [],
  );
  missing.forEach(log);
  const all = [ours, bare, ...Object.values(rivals).flatMap((rival) => rival ?? [])];
  return { missing, ...(await inTurn(fixture, ours, bare, all)) };
}

async function inTurn(
  { upstream }: ProxyFixture,
  ours: Ours,
  bare: RunningProxy,
  all: readonly RunningProxy[],
): Promise<Measured> {
  const wanted = (name: CaseName): boolean => options.only.includes(name);
  const run = async (
    name: CaseName,
    one: Case,
    proxies = all,
  ): Promise<Readonly<Record<string, CaseResult>>> => {
    if (!wanted(name)) return {};
    const result = await measure(proxies, one, options);
    log(JSON.stringify({ [name]: result }));
    return { [name]: result };
  };
  const measured = { ...(await run('plain', plain)) };
  const perSecond = Math.floor((measured['plain']?.figures['tessera']?.perSecond ?? 0) / 2);
  if (perSecond > 0) Object.assign(measured, await run('half', { ...plain, perSecond }, [ours, bare]));
  Object.assign(measured, await run('stream', stream));
  Object.assign(measured, await run('pace', pace));
  Object.assign(measured, await run('upload', upload));
  const newRouteMs = wanted('routes') ? await newRoute(ours, upstream, options.routes) : undefined;
  return { ...measured, ...maybe('newRouteMs', newRouteMs) };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
