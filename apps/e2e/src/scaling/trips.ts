import { eventually } from '@tessera/testing-services';
import { Client, workload } from '../client';
import { podsInCluster } from '../cluster';
import { Platform } from '../platform';
import { LongRequests } from './long-requests';
import { TwoGateways } from './two-gateways';

const LIMIT_MS = 90_000;
const WORKLOADS = 5;
/** Requests of one trip: at once to a workload that sleeps, then step by step. */
const SPIKE = 60;
const STEPS = [
  { atOnce: 4, requests: 80 },
  { atOnce: 12, requests: 360 },
] as const;
const REQUESTS = SPIKE + STEPS.reduce((sum, { requests }) => sum + requests, 0);
/** The gateway and the scheduler are killed in turns, after the first so many answers and then after each so many. */
const KILLS = { first: 1_000, each: 2_000 };

const SETTINGS = { TESSERA_SCALING_WINDOW_MS: '6000', TESSERA_SIMULATOR_MIG_MS: '500' };
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const SPEC = {
  environmentVariables: [{ name: 'SIM_LATENCY_MS', value: '100' }],
  autoscaling: {
    minReplicas: 0,
    initialReplicas: 0,
    maxReplicas: 3,
    metric: 'concurrency',
    metricThreshold: 4,
    metricThresholdPercentage: 100,
  },
};

export interface TripsOptions {
  /** Options of `npm start`. */
  readonly services: readonly string[];
  /** How often each of five workloads goes to zero. */
  readonly trips: number;
}

/**
 * Workloads that go to zero and back under changing load while a gateway and the scheduler are killed, and requests
 * that take 45 s while their replicas have to leave.
 */
export function tripsToZero({ services, trips }: TripsOptions): void {
  const requests = WORKLOADS * trips * REQUESTS;
  const kills = Math.floor((requests - KILLS.first) / KILLS.each);
  let platform: Platform;
  let client: Client;
  let gateways: TwoGateways;
  let long: LongRequests;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--gateways', '2', ...services], SETTINGS);
    client = new Client(() => platform.connection);
    gateways = new TwoGateways(platform);
    long = new LongRequests(platform, client, gateways);
  });
  afterAll(() => platform.remove());

  const podsOf = async (name: string) =>
    (await podsInCluster(platform.connection)).filter(
      ({ metadata }) => metadata.labels['tessera.io/workload-name'] === name,
    );

  it('begin with requests of 45 s at replicas that are then asked to leave', async () => {
    await long.open();
    await long.askToLeave();
  });

  it(`lose none of ${requests} requests in ${WORKLOADS * trips} trips to zero and back while a gateway and the scheduler are killed`, async () => {
    const names = Array.from({ length: WORKLOADS }, (_, index) => `trips-${index}`);
    for (const name of names) await client.create(workload(name, CPU, SPEC));
    await eventually(async () => {
      for (const name of names)
        expect((await fetch(`${gateways.second}/project-1/${name}/healthz`)).status).toBe(503);
    }, LIMIT_MS);
    await Promise.all([killInTurns(), ...names.map(goToZero)]);
    const { outcomes } = gateways;
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(outcomes.filter(({ pod }) => pod === '')).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(requests);
    const restarts = platform.restartsOf('gateway') + platform.restartsOf('scheduler');
    expect(restarts).toBe(kills);
  });

  it('end requests of 45 s under a new image, a smaller number and a change of MIG geometry', async () => {
    for (const outcome of await long.ended())
      expect(outcome).toMatchObject({ status: 200, isSentAgain: false });
  });

  async function goToZero(name: string): Promise<void> {
    for (let trip = 0; trip < trips; trip += 1) {
      await Promise.all(Array.from({ length: SPIKE }, () => gateways.send(name)));
      for (const { atOnce, requests: least } of STEPS) await step(name, atOnce, least);
      await eventually(async () => expect(await podsOf(name)).toEqual([]), LIMIT_MS);
    }
  }

  /** So many requests at a time; the larger step goes on until another replica answers. */
  async function step(name: string, atOnce: number, least: number): Promise<void> {
    const pods = new Set<string>();
    const deadline = performance.now() + LIMIT_MS;
    let sent = 0;
    const needed = atOnce > SPEC.autoscaling.metricThreshold ? 2 : 1;
    const caller = async (): Promise<void> => {
      while (sent < least || (pods.size < needed && performance.now() < deadline)) {
        sent += 1;
        const { status, pod } = await gateways.send(name);
        if (status === 200) pods.add(pod);
        else return;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    expect(pods.size).toBeGreaterThanOrEqual(needed);
  }

  async function killInTurns(): Promise<void> {
    for (let index = 0; index < kills; index += 1) {
      const answered = KILLS.first + index * KILLS.each;
      await eventually(() => expect(gateways.outcomes.length).toBeGreaterThanOrEqual(answered), LIMIT_MS);
      await (index % 2 === 0 ? gateways.killFirst() : gateways.killScheduler());
    }
  }
}
