import { Agent } from 'node:http';
import { loadConfig } from '@tessera/platform-config';
import { eventually } from '@tessera/testing-services';
import { Changes, CHAT, CHAT_V2, RPC } from './changes';
import { gatewayProcess, type GatewayProcess } from './gateway-process';
import type { Holdings } from './inspected';
import { mixedLoad, type Tally } from './mixed-load';
import { startGrpc, startModel } from './model-server';
import { ComingAndGoing } from './pods';

const { TESSERA_SOAK_MS: LENGTH_MS } = loadConfig(['TESSERA_SOAK_MS'], process.env);
const CALLERS = 24;
const CHANGE_MS = 1_000;
/** After so much of the time caches are filled, and what is held is noted. */
const WARM = 1 / 3;
/** What the heap may grow by between then and the end, bytes; a request that is leaked holds about 10 kB. */
const GROWTH_BYTES = 8 * 1024 * 1024;
/** Connections to API, schedulers and cluster of which there may be more or fewer at a moment. */
const OWN_SOCKETS = 8;
/** Longest time in which what callers left behind goes. */
const SETTLE_MS = 30_000;

/** Besides the load: the start, and until everything has settled twice. */
const REST_MS = 400_000;

jest.setTimeout(LENGTH_MS + REST_MS);

/** Numbers from 0 to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the gateway under mixed load with pods that come and go and settings that change', () => {
  let gateway: GatewayProcess;
  let workloads: readonly ComingAndGoing[];
  let changes: Changes;
  const tally: Tally = new Map();
  const marks: { before?: Holdings; warm?: Holdings; after?: Holdings } = {};
  const outcomes = (): readonly string[] => [...tally.keys()];

  /** What is held once nothing is open any more. */
  const settled = (): Promise<Holdings> =>
    eventually(async () => {
      const open =
        (await gateway.total('tessera_gateway_in_flight')) + (await gateway.total('tessera_gateway_held'));
      if (open > 0) throw new Error(`${open} requests are open`);
      const now = await gateway.inspected.holdings();
      if (now.callers > 0) throw new Error(`${now.callers} connections of callers are open`);
      const { sockets = now.sockets } = marks.before ?? {};
      if (now.sockets > sockets + OWN_SOCKETS)
        throw new Error(`${now.sockets} sockets are open, at first ${sockets}`);
      return now;
    }, SETTLE_MS);

  /** Load for a part of the time; what is held afterwards, without a pod. */
  const load = async (ms: number, seed: number): Promise<Holdings> => {
    for (const pods of workloads) for (let count = 0; count < 3; count += 1) await pods.add();
    const agent = new Agent({ keepAlive: true });
    const { port, securePort } = gateway;
    const until = performance.now() + ms;
    const random = randomFrom(seed);
    const change = (): void => {
      changes.next(random);
      for (const pods of workloads) void pods.change(random);
    };
    const timer = setInterval(change, CHANGE_MS);
    await Promise.all(
      Array.from({ length: CALLERS }, (_, index) =>
        mixedLoad({ port, securePort, agent }, randomFrom(seed + index + 1), until, tally),
      ),
    );
    clearInterval(timer);
    agent.destroy();
    for (const pods of workloads) pods.removeAll();
    return settled();
  };

  beforeAll(async () => {
    gateway = await gatewayProcess();
    const { cluster } = gateway;
    for (const workload of [CHAT, CHAT_V2, RPC]) {
      cluster.add({ ...workload, address: '127.0.0.1:9' });
      cluster.removePod(`${workload.name}-0`);
    }
    workloads = [
      new ComingAndGoing(cluster, CHAT, startModel),
      new ComingAndGoing(cluster, CHAT_V2, startModel),
      new ComingAndGoing(cluster, RPC, startGrpc),
    ];
    changes = new Changes(gateway);
    changes.next(randomFrom(0));
    marks.before = await gateway.inspected.holdings();
    marks.warm = await load(LENGTH_MS * WARM, 1);
    process.stderr.write(`${JSON.stringify(marks)}\n`);
    marks.after = await load(LENGTH_MS * (1 - WARM), 1_000);
    const { usage } = gateway.scheduler;
    process.stderr.write(
      `${JSON.stringify({ ...marks, usage, tally: Object.fromEntries([...tally].sort()) })}\n`,
    );
  }, LENGTH_MS + REST_MS);
  afterAll(async () => {
    for (const pods of workloads) pods.removeAll();
    await gateway.stop();
  });

  it('serves to the end: every kind of exchange was answered, and the process is the same', () => {
    expect(outcomes()).toEqual(
      expect.arrayContaining([
        ...['plain', 'model', 'alias', 'stream', 'stream with usage'].map((kind) => `${kind}: 200`),
        ...['tight key', 'turning key', 'shared prompt', 'session'].map((kind) => `${kind}: 200`),
        ...['list', 'head', 'awaited', 'upload', 'http2', 'tls', 'tls http2'].map((kind) => `${kind}: 200`),
        ...['preflight: 204', 'websocket: 101', 'unknown: 401', 'grpc: 0', 'grpc: left'],
      ]),
    );
    expect(gateway.endedHow()).toBeUndefined();
  });

  it('answers nothing wrong: no error of its own, none that hangs, usage where it was asked for', () => {
    expect(outcomes().filter((outcome) => /: (?:hung|wrong|500)$/.test(outcome))).toEqual([]);
  });

  it('keeps limits, and keys that were replaced end', () => {
    expect(outcomes()).toEqual(expect.arrayContaining(['tight key: 429', 'turning key: 401']));
  });

  it('chose replicas by prompt and session, and reported what it served', async () => {
    for (const choice of ['prefix', 'session'])
      expect(await gateway.total('tessera_gateway_choices_total', `choice="${choice}"`)).toBeGreaterThan(0);
    expect(gateway.scheduler.usage.requests).toBeGreaterThan(tally.get('plain: 200') ?? 0);
    expect(gateway.scheduler.usage.tokens).toBeGreaterThan(0);
  });

  it('leaves no request open, and no socket or file behind', () => {
    expect(marks.after?.callers).toBe(0);
    for (const kind of ['sockets', 'files'] as const)
      expect(marks.after?.[kind]).toBeLessThanOrEqual((marks.before?.[kind] ?? 0) + OWN_SOCKETS);
  });

  it('leaves no timer behind', () => {
    expect(marks.after?.timers).toBeLessThanOrEqual((marks.warm?.timers ?? 0) + 2);
  });

  it('has the same heap after a collection as after a third of the time', () => {
    const [warm = 0, after = 0] = [marks.warm?.heapBytes, marks.after?.heapBytes];
    expect(after - warm).toBeLessThan(GROWTH_BYTES);
  });
});
