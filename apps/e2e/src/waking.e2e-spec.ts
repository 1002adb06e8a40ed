import { eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 60_000;
const HOLD_MS = 20_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const ASLEEP = { autoscaling: { minReplicas: 0, initialReplicas: 0, maxReplicas: 1 } };

interface Answer {
  readonly status: number;
  readonly reason: string | null;
  readonly body: string;
}

describe('workloads that sleep, behind two gateways', () => {
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--gateways', '2'], {
      TESSERA_GATEWAY_HOLD_MS: String(HOLD_MS),
    });
    client = new Client(() => platform.connection);
  });
  afterAll(() => platform.remove());

  const gateways = (): readonly string[] => [
    platform.connection.gateway,
    platform.connection.secondGateway ?? '',
  ];
  const ask = async (gateway: string, name: string, path = '/v1/models'): Promise<Answer> => {
    const response = await fetch(`${gateway}/project-1/${name}${path}`);
    const reason = response.headers.get('x-tessera-reason');
    return { status: response.status, reason, body: await response.text() };
  };
  /** Creates it; a quiet path, which wakes nothing, shows when both gateways know it. */
  const asleep = async (name: string, compute: object = CPU): Promise<string> => {
    const { workloadId } = await client.create(workload(name, compute, ASLEEP));
    for (const gateway of gateways())
      await eventually(
        async () => expect((await ask(gateway, name, '/healthz')).reason).toBe('Asleep'),
        LIMIT_MS,
      );
    return workloadId as string;
  };

  it('are known to both by their owner object, and what nobody created is 401 without a credential', async () => {
    const id = await asleep('known');
    expect(await client.podsOf(id)).toEqual([]);
    for (const gateway of gateways()) expect((await ask(gateway, 'nobody')).status).toBe(401);
  });

  it('are woken by requests through both gateways at once, with one replica for all', async () => {
    const id = await asleep('together');
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ask(gateways()[index % 2] ?? '', 'together')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await client.podsOf(id)).toHaveLength(1);
  });

  it('are refused with the verdict where no replica has a place', async () => {
    await asleep('too-large', { cpuCoreRequest: 10_000, cpuMemoryRequest: '16M' });
    const { status, reason, body } = await ask(gateways()[0] ?? '', 'too-large');
    expect(status).toBe(503);
    expect(reason).not.toBe('Timeout');
    expect(JSON.parse(body)).toHaveProperty('details', expect.stringMatching(/\S/));
  });

  it('are refused with the reason where the replica does not start, and wait for the next start', async () => {
    const spec = {
      ...ASLEEP,
      servingConfiguration: { initializationTimeoutSeconds: 3 },
      environmentVariables: [{ name: 'SIM_START_MS', value: '600000' }],
    };
    const { workloadId: id } = await client.create(workload('hangs', CPU, spec));
    const [gateway = ''] = gateways();
    await eventually(
      async () => expect((await ask(gateway, 'hangs', '/healthz')).reason).toBe('Asleep'),
      LIMIT_MS,
    );
    const response = await fetch(`${gateway}/project-1/hangs/v1/models`);
    expect([response.status, response.headers.get('x-tessera-reason')]).toEqual([
      503,
      'InitializationTimeout',
    ]);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await response.json()).toHaveProperty('details', expect.stringMatching(/not ready within 3 s/));
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${id}`);
      expect([body.phase, body.phaseMessage]).toEqual([
        'Degraded',
        expect.stringMatching(/was not ready within initializationTimeoutSeconds, 3 s/),
      ]);
    }, LIMIT_MS);
  });

  it('lose no request where a gateway is killed: only those open through it are sent again', async () => {
    await asleep('survivor');
    const [first = '', second = ''] = gateways();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 25));
        if (index === 30) process.kill(platform.pidOf('gateway'), 'SIGKILL');
        const gateway = index % 2 === 0 ? first : second;
        const tried = await ask(gateway, 'survivor').catch(() => undefined);
        const { status } = tried ?? (await ask(second, 'survivor'));
        return { gateway, again: tried === undefined, status };
      }),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(outcomes.filter(({ gateway, again }) => again && gateway === second)).toEqual([]);
    await eventually(() => expect(platform.restartsOf('gateway')).toBe(1), LIMIT_MS);
  });

  it('are woken through a gateway that has just started', async () => {
    await asleep('early');
    process.kill(platform.pidOf('gateway'), 'SIGKILL');
    await eventually(() => expect(platform.restartsOf('gateway')).toBe(2), LIMIT_MS);
    expect((await ask(gateways()[0] ?? '', 'early')).status).toBe(200);
  });

  it('are woken once the scheduler is back, by a request that came while there was none', async () => {
    await asleep('patient');
    process.kill(platform.pidOf('scheduler'), 'SIGKILL');
    expect((await ask(gateways()[1] ?? '', 'patient')).status).toBe(200);
  });
});
