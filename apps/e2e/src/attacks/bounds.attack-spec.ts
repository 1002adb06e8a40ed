import { gzipSync } from 'node:zlib';
import { eventually } from '@tessera/testing-services';
import { Client as Database } from 'pg';
import { Client, INFERENCES, workload, type Answer, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const LIMIT_MS = 40_000;
const MIB = 1024 * 1024;
const INT32 = 2_147_483_647;
const SMALL = { cpuCoreRequest: 0.1 };
const SIMULATION = '/api/v1/tessera/placement:simulate';
/**
 * Longest time that others wait for an answer while an attack goes on, ms: the machine that runs this is shared, and what
 * these attacks did before took 14 s to for ever.
 */
const PATIENCE_MS = 4_000;

let platform: Platform;
let client: Client;
let pids: readonly number[];

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded'], { TESSERA_SCHEDULER_RESYNC_MS: '1000' });
  client = new Client(() => platform.connection);
  await client.create(workload('first', SMALL));
  pids = SERVICES.map((service) => platform.pidOf(service));
});
afterAll(() => platform.remove());

const SERVICES = ['api', 'scheduler'];

const post = (spec: object, more: object = {}): Promise<Answer> =>
  client.call('POST', INFERENCES, { ...workload('burglar', SMALL, spec), ...more });

/** What somebody else waits for the slowest of the answers that they get while the attack goes on, ms. */
async function othersWait(attack: () => Promise<unknown>): Promise<number> {
  const { api, scheduler } = platform.connection;
  let going = true;
  let slowest = 0;
  const askOn = async (ask: () => Promise<unknown>): Promise<void> => {
    while (going) {
      const began = performance.now();
      await ask();
      slowest = Math.max(slowest, performance.now() - began);
    }
  };
  const others = [
    askOn(() => client.call('GET', '/api/v1/workloads?limit=1')),
    askOn(() => fetch(`${scheduler}/livez`).then((answer) => answer.text())),
    askOn(() => fetch(`${api}/livez`).then((answer) => answer.text())),
  ];
  await attack().finally(() => (going = false));
  await Promise.all(others);
  return slowest;
}

/** The workload of a neighbour gets from its request to its pods, and the services are those that were started. */
let neighbours = 0;
async function nothingHappened(): Promise<void> {
  neighbours += 1;
  const { workloadId } = await client.create(workload(`neighbour-${neighbours}`, SMALL));
  await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
  expect(await client.remove(workloadId)).toBe(204);
  expect(SERVICES.map((service) => platform.pidOf(service))).toEqual(pids);
}

async function attacked(attack: () => Promise<unknown>): Promise<void> {
  expect(await othersWait(attack)).toBeLessThan(PATIENCE_MS);
  await nothingHappened();
}

describe('a tenant who asks for two thousand million replicas', () => {
  it.each(['minReplicas', 'maxReplicas', 'initialReplicas', 'activationReplicas'])(
    'as %s is refused with the bound, when creating, changing and asking what-if',
    async (field) => {
      const spec = { autoscaling: { minReplicas: 1, maxReplicas: 1, [field]: INT32 } };
      const { workloadId } = await client.create(workload(`modest-${field.toLowerCase()}`, SMALL));
      await attacked(async () => {
        for (const [method, path, body] of [
          ['POST', INFERENCES, workload('burglar', SMALL, spec)],
          ['POST', SIMULATION, workload('burglar', SMALL, spec)],
          ['PATCH', `${INFERENCES}/${workloadId}`, { spec }],
        ] as const) {
          const answer = await client.call(method, path, body);
          expect([answer.status, answer.body.details]).toEqual([
            400,
            expect.stringContaining(`spec.autoscaling.${field}: must be at most 1000`),
          ]);
        }
      });
      expect(await client.remove(workloadId)).toBe(204);
    },
  );

  it('by a row that is in the database already gets a reason, costs nobody anything, and can be deleted', async () => {
    const { workloadId } = await client.create(workload('planted', SMALL));
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
    const database = new Database({ connectionString: platform.connection.databaseUrl });
    await database.connect();
    const autoscaling = { minReplicas: INT32, maxReplicas: INT32 };
    await database.query(
      `update scheduler.workloads set spec = jsonb_set(spec::jsonb, '{autoscaling}', $2::jsonb) where id = $1`,
      [workloadId, JSON.stringify(autoscaling)],
    );
    await database.end();
    await attacked(() =>
      eventually(async () => {
        const { body } = await client.call('GET', `/api/v1/workloads/${workloadId}`);
        expect(body.phaseMessage).toBe(`${INT32} replicas exceed the maximum of 1000 per workload`);
      }, 120_000),
    );
    expect(await client.remove(workloadId)).toBe(204);
    await eventually(async () => expect(await client.podsOf(workloadId)).toEqual([]), LIMIT_MS);
  });
});

describe('a tenant who asks where very much would go', () => {
  const replicas = (count: number) => ({ autoscaling: { minReplicas: count, maxReplicas: count } });
  const ask = (spec: object, copies: number, compute: object = SMALL) =>
    client.call('POST', `${SIMULATION}?copies=${copies}`, workload('what-if', compute, spec));

  it('is refused where copies and replicas are more than a workload can have', async () => {
    await attacked(async () => {
      const answer = await ask(replicas(1000), 1000);
      expect([answer.status, answer.body.details]).toEqual([
        400,
        expect.stringMatching(/^copies: must be at most 1 /),
      ]);
      expect((await ask({}, 1001)).status).toBe(400);
    });
  });

  it('gets an answer for as many as that, again and again, and others get theirs meanwhile', async () => {
    await attacked(async () => {
      const questions = [
        ask(replicas(1000), 1),
        ask({}, 1000),
        ask(replicas(10), 100),
        ask(replicas(1000), 1),
      ];
      for (const { status, body } of await Promise.all(questions))
        expect([status, body.replicas?.length]).toEqual([200, 1000]);
    });
  });

  it('gets the nodes of the first refusal, not of a thousand', async () => {
    const { status, body } = await ask({}, 1000, { gpuDevicesRequest: 1000 });
    expect(status).toBe(200);
    expect(body.replicas).toHaveLength(1000);
    const named = body.replicas.filter((one: Json) =>
      one.rejected.some(({ nodes }: Json) => nodes.length > 0),
    );
    expect(named).toHaveLength(1);
  });
});

describe('a tenant who fills a body', () => {
  const many = (count: number, text: string) => `[${`${text},`.repeat(count - 1)}${text}]`;
  const raw = (field: string, value: string) =>
    client.call(
      'POST',
      INFERENCES,
      JSON.stringify(workload('burglar', SMALL)).replace('"image":', () => `"${field}":${value},"image":`),
    );
  /** Refused with at most a hundred violations. */
  const expectRefused = (answer: Answer, message: string | RegExp): void => {
    expect([answer.status, answer.body.details]).toEqual([400, expect.stringMatching(message)]);
    expect(answer.body.details.split('; ').length).toBeLessThanOrEqual(101);
  };

  it('with twenty thousand ports, each a Service, is refused', async () => {
    await attacked(async () =>
      expectRefused(
        await raw('ports', many(19_000 / 4, '{"container":1,"serviceType":"NodePort"}')),
        'spec.ports: must have at most 100 items',
      ),
    );
  });

  it.each([
    ['items of the wrong shape beside empty ones', 'environmentVariables', many(9_000, '{"name":1},{}')],
    ['half of each among a thousand', 'environmentVariables', many(500, '{"name":1},{}')],
    ['a megabyte of empty items', 'tolerations', many(340_000, '{}')],
    ['a megabyte of lists in lists', 'unknown', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
    ['a megabyte of numbers that grow when they are written again', 'unknown', many(200_000, '1e20')],
  ])('with %s is refused at once, with a hundred reasons at most', async (_what, field, value) => {
    await attacked(async () => expectRefused(await raw(field, value), /./));
  });

  it('with fields that nobody knows gets a hundred lines into the history, not a hundred thousand', async () => {
    const unknown = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_one, index) => [`x${index}`, 1]));
    await attacked(async () =>
      expectRefused(await post(unknown(120_000 / 8)), 'spec: has more than 1000 fields'),
    );
    const accepted = await post(unknown(1000));
    expect(accepted.status).toBe(200);
    const events = await client.eventsOf(accepted.body.workloadId);
    const ignored = events.filter(({ reason }: Json) => reason === 'FieldIgnored');
    expect(ignored.length).toBe(101);
    expect(await client.remove(accepted.body.workloadId)).toBe(204);
  });

  it('with a path of eighty thousand slashes is refused, and with as many as a path may have costs nothing', async () => {
    const volume = (length: number) => ({
      storage: { emptyDirVolume: [{ path: `${'/'.repeat(length - 1)}a` }] },
    });
    await attacked(async () =>
      expectRefused(
        await post(volume(80_000)),
        /spec\.storage\.emptyDirVolume\[0\]\.path: must have at most 4096 characters/,
      ),
    );
    const { workloadId } = await client.create(workload('slashes', SMALL, volume(4096)));
    await attacked(() =>
      eventually(async () => expect(await client.phaseOf(workloadId)).not.toBe('Creating'), LIMIT_MS),
    );
    expect(await client.remove(workloadId)).toBe(204);
  });

  it('with quantities of a part of a byte reads what was probably meant', async () => {
    for (const [given, meant] of [
      ['512m', '"512M" or "512Mi"'],
      ['1m', '"1M" or "1Mi"'],
      ['0.5', '"0.5G" or "0.5Gi"'],
    ] as const)
      expectRefused(
        await client.call('POST', INFERENCES, workload('burglar', { ...SMALL, cpuMemoryRequest: given })),
        `did you mean ${meant}`,
      );
  });
});

describe('a client that sends bodies in ways of its own', () => {
  const send = async (body: Uint8Array | string, headers: Record<string, string>) => {
    const authorization = `Bearer ${await client.newToken()}`;
    const answer = await fetch(`${platform.connection.api}${INFERENCES}`, {
      method: 'POST',
      headers: { authorization, ...headers },
      body,
    });
    return answer.status;
  };
  const plain = JSON.stringify(workload('burglar', SMALL));

  it('gets 415 for a body that is packed, or said to be', async () => {
    expect(await send(gzipSync(plain), { 'content-encoding': 'gzip' })).toBe(415);
    expect(await send(gzipSync(Buffer.alloc(64 * MIB)), { 'content-encoding': 'gzip' })).toBe(415);
    expect(await send(plain, { 'content-encoding': 'br' })).toBe(415);
    await nothingHappened();
  });

  it('gets 413 for a body above the limit every time, though it writes all of it before it reads', async () => {
    await attacked(async () => {
      for (let attempt = 0; attempt < 12; attempt += 1)
        expect(await send(new Uint8Array(3 * MIB), {})).toBe(413);
    });
  });
});
