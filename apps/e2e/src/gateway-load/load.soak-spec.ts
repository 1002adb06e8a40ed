import { Agent } from 'node:http';
import { loadConfig } from '@tessera/platform-config';
import { eventually } from '@tessera/testing-services';
import { PROJECT } from '@tessera/testing-services/stub-cluster';
import { gatewayProcess, type GatewayProcess } from './gateway-process';
import type { Holdings } from './inspected';
import { mixedLoad, type Road, type Tally } from './mixed-load';
import { ComingAndGoing } from './pods';

const { TESSERA_SOAK_MS: LENGTH_MS } = loadConfig(['TESSERA_SOAK_MS'], process.env);
const CALLERS = 24;
const CHANGE_MS = 1_000;
/** After so much of the time caches are filled, and what is held is noted. */
const WARM = 1 / 3;
/** What the heap may grow by between then and the end, bytes; a request that is leaked holds about 10 kB. */
const GROWTH_BYTES = 8 * 1024 * 1024;
/** Longest time in which what callers left behind goes. */
const SETTLE_MS = 30_000;
const WORKLOAD = { name: 'chat', id: '00000000-0000-4000-8000-000000000001' };
const ROAD: Omit<Road, 'port'> = { prefix: `/${PROJECT}/chat`, model: `${PROJECT}/chat` };

jest.setTimeout(LENGTH_MS + 180_000);

/** Numbers from 0 to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the gateway under mixed load with pods that come and go', () => {
  let gateway: GatewayProcess;
  let pods: ComingAndGoing;
  const tally: Tally = new Map();
  const marks: { before?: Holdings; warm?: Holdings; after?: Holdings } = {};

  /** What is held once nothing is open any more. */
  const settled = (): Promise<Holdings> =>
    eventually(async () => {
      const open =
        (await gateway.total('tessera_gateway_in_flight')) + (await gateway.total('tessera_gateway_held'));
      if (open > 0) throw new Error(`${open} requests are open`);
      const now = await gateway.inspected.holdings();
      const { sockets = 0 } = marks.before ?? {};
      if (sockets > 0 && now.sockets > sockets)
        throw new Error(`${now.sockets} sockets are open, at first ${sockets}`);
      return now;
    }, SETTLE_MS);

  /** Load for a part of the time. */
  const load = async (ms: number, seed: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true });
    const road = { ...ROAD, port: gateway.port };
    const until = performance.now() + ms;
    const random = randomFrom(seed);
    const changes = setInterval(() => void pods.change(random), CHANGE_MS);
    await Promise.all(
      Array.from({ length: CALLERS }, (_, index) =>
        mixedLoad(road, agent, randomFrom(seed + index + 1), until, tally),
      ),
    );
    clearInterval(changes);
    agent.destroy();
  };

  beforeAll(async () => {
    gateway = await gatewayProcess();
    pods = new ComingAndGoing(gateway.cluster, WORKLOAD);
    gateway.cluster.add({ ...WORKLOAD, address: '127.0.0.1:9' });
    gateway.cluster.removePod('chat-0');
    marks.before = await gateway.inspected.holdings();
    for (let count = 0; count < 3; count += 1) await pods.add();
    await load(LENGTH_MS * WARM, 1);
    marks.warm = await settled();
    await load(LENGTH_MS * (1 - WARM), 1_000);
    pods.removeAll();
    marks.after = await settled();
    process.stderr.write(`${JSON.stringify({ ...marks, tally: Object.fromEntries([...tally].sort()) })}\n`);
  }, LENGTH_MS + 180_000);
  afterAll(async () => {
    pods.removeAll();
    await gateway.stop();
  });

  it('serves to the end: every kind of exchange was answered, none hung, and the process is the same', () => {
    const outcomes = [...tally.keys()];
    expect(outcomes).toEqual(
      expect.arrayContaining([
        'plain: 200',
        'stream: 200',
        'upload: 200',
        'websocket: 101',
        'http2: 200',
        'unknown: 401',
      ]),
    );
    expect(outcomes.filter((outcome) => outcome.endsWith('hung') || / 500$/.test(outcome))).toEqual([]);
    expect(gateway.endedHow()).toBeUndefined();
  });

  it('leaves no request open and no socket behind', () => {
    expect(marks.after?.sockets).toBeLessThanOrEqual(marks.before?.sockets ?? 0);
  });

  it('leaves no timer behind', () => {
    expect(marks.after?.timers).toBeLessThanOrEqual((marks.warm?.timers ?? 0) + 2);
  });

  it('has the same heap after a collection as after a third of the time', () => {
    const [warm = 0, after = 0] = [marks.warm?.heapBytes, marks.after?.heapBytes];
    expect(after - warm).toBeLessThan(GROWTH_BYTES);
  });
});
