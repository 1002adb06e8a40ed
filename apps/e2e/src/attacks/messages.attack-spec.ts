import { describeWithService, eventually, type TestKafka, testKafka } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { Client, INFERENCES, workload, type Answer } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const SMALL = { cpuCoreRequest: 0.1 };
const { clusterId } = workload('any', SMALL);
const COMMANDS = `tessera.${clusterId}.commands.v1`;
const WORKLOADS = 'tessera.inference.workloads.v1';
/** What the API takes as one body by default. */
const BODY_LIMIT = 1_048_576;
const OUTBOX_LIMIT_MS = 60_000;

describeWithService('kafka', 'a tenant who writes more than the broker takes', () => {
  let broker: TestKafka;
  let platform: Platform;
  let client: Client;
  beforeAll(async () => {
    broker = await testKafka();
    platform = await Platform.create();
    await platform.start([], { TESSERA_KAFKA_BROKERS: broker.brokers });
    client = new Client(() => platform.connection);
  }, 3 * SERVICE_START_MS);
  afterAll(async () => {
    await platform?.remove();
    await broker?.remove();
  }, SERVICE_START_MS);

  let neighbours = 0;
  /** A workload of another tenant runs, from its request to its pods and back to what the API shows of them. */
  async function neighbourRuns(): Promise<void> {
    neighbours += 1;
    const { workloadId } = await client.create(workload(`neighbour-${neighbours}`, SMALL));
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), OUTBOX_LIMIT_MS);
    expect(await client.remove(workloadId)).toBe(204);
  }

  const measured = async (name: string): Promise<number> => {
    const page = await (await fetch(`${platform.connection.apiAdmin}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(page)?.[1]);
  };
  const outboxEmpties = (): Promise<void> =>
    eventually(async () => expect(await measured('tessera_outbox_rows')).toBe(0), OUTBOX_LIMIT_MS);

  const refusedForSize = ({ status, body }: Answer): void => {
    expect([400, 413]).toContain(status);
    expect(`${body.message} ${body.details}`).toMatch(/\d/);
  };
  /** A body of exactly so many bytes, as JSON. */
  const bodyOf = (name: string, bytes: number): string => {
    const text = (note: string): string =>
      JSON.stringify({ ...workload(name, SMALL), spec: { image: 'model:1', compute: SMALL, note } });
    return text('x'.repeat(bytes - text('').length));
  };

  it('cannot stop the messages of others with one body as large as the API takes', async () => {
    refusedForSize(await client.call('POST', INFERENCES, bodyOf('maximal', BODY_LIMIT)));
    await neighbourRuns();
    await outboxEmpties();
    expect(await measured('tessera_outbox_parked')).toBe(0);
  });

  it('cannot with numbers that are short in a body and long in a message', async () => {
    const note = Array.from({ length: 60_000 }, () => '1e20').join();
    const body = JSON.stringify({ ...workload('numbers', SMALL) }).replace(
      '"spec":{',
      `"spec":{"note":[${note}],`,
    );
    expect(body.length).toBeLessThan(310_000);
    refusedForSize(await client.call('POST', INFERENCES, body));
    const { workloadId } = await client.create(workload('numbers-later', SMALL));
    const patch = `{"spec":{"note":[${note}]}}`;
    refusedForSize(await client.call('PATCH', `${INFERENCES}/${workloadId}`, patch));
    expect(await client.remove(workloadId)).toBe(204);
    await neighbourRuns();
    await outboxEmpties();
  });

  it('cannot with fifty specs of 30 kB that wait while the broker is away', async () => {
    const { workloadId } = await client.create(workload('waits-for-broker', SMALL));
    await broker.stop();
    for (let change = 0; change < 50; change += 1) {
      const environmentVariables = [{ name: 'LONG', value: `${change}-`.padEnd(30_000, 'x') }];
      const { status } = await client.call('PATCH', `${INFERENCES}/${workloadId}`, {
        spec: { environmentVariables },
      });
      expect(status).toBe(202);
    }
    expect(await measured('tessera_outbox_rows')).toBeGreaterThanOrEqual(100);
    await broker.startAgain();
    await outboxEmpties();
    await neighbourRuns();
    expect(await measured('tessera_outbox_parked')).toBe(0);
    // Neither is anything sent again and again: two records for each change, and few for what went before and after.
    const sent = await measured('tessera_outbox_published_total');
    await neighbourRuns();
    expect((await measured('tessera_outbox_published_total')) - sent).toBeLessThan(20);
    expect(await client.remove(workloadId)).toBe(204);
  });

  it('cannot with 250 workloads of 60 kB each that wait while the broker is away', async () => {
    const sent = await measured('tessera_outbox_published_total');
    await broker.stop();
    const environmentVariables = [{ name: 'LONG', value: 'x'.repeat(60_000) }];
    // None of them gets a place: this is about messages.
    const spec = { environmentVariables, nodePools: ['my-node-pool-a'], nodeType: 'nowhere' };
    const ids: string[] = [];
    for (let number = 0; number < 250; number += 1)
      ids.push((await client.create(workload(`large-${number}`, SMALL, spec))).workloadId);
    expect(await measured('tessera_outbox_rows')).toBeGreaterThanOrEqual(500);
    await broker.startAgain();
    await outboxEmpties();
    await neighbourRuns();
    expect(await measured('tessera_outbox_parked')).toBe(0);
    // Two records for each creation, and at most once more each of those that were in flight when the broker ended.
    expect((await measured('tessera_outbox_published_total')) - sent).toBeLessThan(2 * 250 + 50);
    for (const id of ids) expect(await client.remove(id)).toBe(204);
  });

  it('cannot with 24 requests of 500 kB at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_unused, number) =>
        client.call('POST', INFERENCES, bodyOf(`half-${number}`, 500_000)),
      ),
    );
    // Those that are created are sent, all others are refused before anything is written.
    const created = answers.filter(({ status }) => status === 200);
    for (const answer of answers) if (answer.status !== 200) refusedForSize(answer);
    await neighbourRuns();
    await outboxEmpties();
    expect(await measured('tessera_outbox_parked')).toBe(0);
    for (const { body } of created) expect(await client.remove(body.workloadId)).toBe(204);
  });

  it('cannot with one that a topic of smaller records never takes: it is parked, and its owner is informed', async () => {
    const parked = await measured('tessera_outbox_parked');
    await setLimit(COMMANDS, 20_000);
    try {
      const environmentVariables = [{ name: 'LONG', value: 'x'.repeat(40_000) }];
      const { workloadId } = await client.create(workload('too-large', SMALL, { environmentVariables }));
      await eventually(async () => {
        const reported = (await client.eventsOf(workloadId)).find(({ reason }) => reason === 'MessageParked');
        expect(reported?.message).toMatch(
          /\d+ bytes exceed the limit of the topic tessera\.\S+\.commands\.v1/,
        );
      }, OUTBOX_LIMIT_MS);
      expect(await measured('tessera_outbox_parked')).toBe(parked + 1);
      await neighbourRuns();
      await outboxEmpties();
      // Nobody is taken out of service for it.
      expect((await fetch(`${platform.connection.apiAdmin}/readyz`)).status).toBe(200);
      expect(await client.remove(workloadId)).toBe(204);
    } finally {
      await setLimit(COMMANDS, 1_048_588);
    }
  });

  it('learns too what the scheduler cannot send of a workload, once for each message', async () => {
    await setLimit(WORKLOADS, 500);
    const { workloadId } = await client.create(workload('state-too-large', SMALL));
    try {
      await eventually(async () => {
        const reported = (await client.eventsOf(workloadId)).filter(
          ({ reason }) => reason === 'MessageParked',
        );
        expect(reported.map(({ message }) => message)).toContainEqual(
          expect.stringMatching(
            /^io\.tessera\.inference\.state\.v1 was not sent.*: \d+ bytes exceed the limit of the topic tessera\.inference\.workloads\.v1: raise its max\.message\.bytes and release the row \(row \d+ of scheduler\.outbox\)$/,
          ),
        );
        expect(new Set(reported.map(({ message }) => message)).size).toBe(reported.length);
      }, OUTBOX_LIMIT_MS);
      await outboxEmpties();
    } finally {
      await setLimit(WORKLOADS, 1_048_588);
    }
    expect(await client.remove(workloadId)).toBe(204);
    await neighbourRuns();
  });

  it('cannot take all connections of the database with ten changes at once that name a pull secret', async () => {
    const imagePullSecrets = [{ name: 'registry', userCredential: false }];
    const { workloadId } = await client.create(workload('contended', SMALL, { imagePullSecrets }));
    const changes = Array.from({ length: 10 }, (_unused, change) =>
      client.call('PATCH', `${INFERENCES}/${workloadId}`, { spec: { image: `model:${change}` } }),
    );
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(changes.map(() => 202));
    const { status } = await fetch(`${platform.connection.apiAdmin}/readyz`);
    expect(status).toBe(200);
    expect(await client.remove(workloadId)).toBe(204);
    await neighbourRuns();
  });

  async function setLimit(topic: string, bytes: number): Promise<void> {
    const kafka = new Kafka({ brokers: [broker.brokers], clientId: 'operator', logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
        },
      ],
    });
    await admin.disconnect();
  }
});
