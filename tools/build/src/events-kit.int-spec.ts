import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createKafkaLog } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import {
  encodeEvent,
  encodeTombstone,
  EVENTS,
  eventsTopic,
  formatSequence,
  SAMPLE_ATTRIBUTES,
  SAMPLES,
  workloadsTopic,
} from '@tessera/contracts-events';
import { silentLogger } from '@tessera/platform-logging';
import { describeWithService, testKafka, type TestKafka } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { buildEventsKit } from './events-kit';

jest.setTimeout(90_000);
const run = promisify(execFile);
const ROOT = join(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples');
const NPM_OFFLINE = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];

let work: string;
let consumer: string;

/** The kit packed, and installed where nothing of the repository is. What it needs from others comes from our modules. */
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'tessera-kit-'));
  consumer = join(work, 'consumer');
  await buildEventsKit(join(work, 'kit'));
  const { stdout } = await run('npm', ['pack', join(work, 'kit'), '--json', '--pack-destination', work]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await cp(join(EXAMPLES, 'typescript'), consumer, { recursive: true });
  await writeFile(join(consumer, 'package.json'), '{"name":"consumer","private":true,"type":"module"}\n');
  const others = ['zod', 'kafkajs'].map((name) => join(ROOT, 'node_modules', name));
  await run('npm', ['install', ...NPM_OFFLINE, join(work, filename), ...others], { cwd: consumer });
}, 120_000);
afterAll(() => rm(work, { recursive: true, force: true }));

const node = (...args: readonly string[]) => run(process.execPath, [...args], { cwd: consumer });

describe('the installed kit', () => {
  it('validates, by import and by require', async () => {
    const record = JSON.stringify(
      encodeEvent({ name: 'deleted', attributes: SAMPLE_ATTRIBUTES, data: SAMPLES.deleted }),
    );
    const print = `console.log(kit.decodeEvent(${record}).event.name)`;
    const name = `'@tessera/contracts-events'`;
    const imported = await node('--input-type=module', '-e', `import * as kit from ${name}; ${print}`);
    const required = await node('--input-type=commonjs', '-e', `const kit = require(${name}); ${print}`);
    expect([imported.stdout, required.stdout]).toEqual(['deleted\n', 'deleted\n']);
    const bad = `kit.decodeEvent({ ...${record}, value: '{}' })`;
    await expect(node('--input-type=module', '-e', `import * as kit from ${name}; ${bad}`)).rejects.toThrow(
      /InvalidEventError/,
    );
  });

  it('holds a JSON Schema for each type, the document and nothing of our sources', async () => {
    const kit = join(consumer, 'node_modules/@tessera/contracts-events');
    for (const { type } of Object.values(EVENTS)) {
      const schema = JSON.parse(await readFile(join(kit, 'schemas', `${type}.json`), 'utf8')) as object;
      expect(schema).toMatchObject({ title: type, type: 'object' });
    }
    expect(JSON.parse(await readFile(join(kit, 'asyncapi.json'), 'utf8'))).toMatchObject({
      asyncapi: '3.0.0',
    });
    expect(existsSync(join(kit, 'README.md'))).toBe(true);
    expect(existsSync(join(kit, 'src'))).toBe(false);
  });

  it('has types: the example passes, and errors are reported', async () => {
    await symlink(join(ROOT, 'node_modules/@types'), join(consumer, 'node_modules/@types'));
    const wrong = `import type { EventData } from '@tessera/contracts-events';\nexport const phase: EventData<'state'>['phase'] = 1;\n`;
    await writeFile(join(consumer, 'wrong.ts'), wrong);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const failed = await node(tsc, ...options, '--types', 'node', 'projection.ts', 'wrong.ts').catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    expect(failed.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^wrong\.ts\(2,14\): error TS2322: Type '1' is not assignable to type '"/),
    ]);
  }, 180_000);
});

describeWithService('kafka', 'the examples on Kafka', () => {
  let broker: TestKafka;
  let log: EventLog;
  const idOf = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
  const attributesOf = (number: number, sequence: number, projectid = '1') => ({
    ...SAMPLE_ATTRIBUTES,
    id: `${number}-${sequence}`,
    subject: idOf(number),
    sequence: formatSequence(sequence),
    workloadname: `workload-${number}`,
    projectid,
  });
  const state = (number: number, sequence: number, phase: 'Pending' | 'Running') =>
    encodeEvent({
      name: 'state',
      attributes: attributesOf(number, sequence),
      data: { ...SAMPLES.state, workloadId: idOf(number), name: `workload-${number}`, sequence, phase },
    });

  beforeAll(async () => {
    broker = await testKafka();
    log = createKafkaLog({
      brokers: [broker.brokers],
      clientId: 'kit-test',
      ssl: false,
      partitions: 3,
      replication: 1,
      logger: silentLogger,
    });
    await log.ensureTopics([eventsTopic('tessera'), workloadsTopic('tessera')]);
  }, SERVICE_START_MS);
  afterAll(async () => {
    await log.close();
    await broker.remove();
  }, SERVICE_START_MS);
  const env = () => ({ ...process.env, KAFKA_BROKERS: broker.brokers });

  it('TypeScript: rebuilds the projection from the beginning', async () => {
    const topic = workloadsTopic('tessera').name;
    const records = [
      state(1, 1, 'Pending'),
      state(2, 1, 'Pending'),
      state(3, 1, 'Running'),
      state(1, 2, 'Running'),
      // A copy that comes late.
      state(1, 1, 'Pending'),
      encodeTombstone(attributesOf(3, 2)),
      { ...state(4, 1, 'Running'), value: '{"damaged":' },
    ];
    await log.publish(records.map((record) => ({ topic, ...record })));
    const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
    const { stdout, stderr } = await run(process.execPath, ['--import', tsx, 'projection.ts', '--once'], {
      cwd: consumer,
      env: env(),
    });
    const row = (number: number, phase: string, sequence: number) => ({
      ...{ workloadId: idOf(number), name: `workload-${number}`, projectId: '1', phase, sequence },
    });
    expect(JSON.parse(stdout)).toEqual([row(1, 'Running', 2), row(2, 'Pending', 1)]);
    expect(stderr).toMatch(/skipped offset \d+: .*not JSON/);
  });

  describeWithService('kcat', 'with kcat', () => {
    it('shows the events of one project by their headers', async () => {
      const topic = eventsTopic('tessera').name;
      const recordOf = (number: number, projectid: string) =>
        encodeEvent({
          name: 'deleted',
          attributes: attributesOf(number, 1, projectid),
          data: SAMPLES.deleted,
        });
      await log.publish(
        [recordOf(1, '1'), recordOf(2, '2'), recordOf(3, '1')].map((record) => ({ topic, ...record })),
      );
      const { stdout } = await run(join(EXAMPLES, 'kcat/follow.sh'), ['1', '-e'], { env: env() });
      const lines = stdout.trimEnd().split('\n');
      const { time } = SAMPLE_ATTRIBUTES;
      expect(lines.map((line) => line.split(' ').slice(0, 3)).sort()).toEqual([
        [time, EVENTS.deleted.type, 'workload-1'],
        [time, EVENTS.deleted.type, 'workload-3'],
      ]);
      for (const line of lines)
        expect(JSON.parse(line.split(' ').slice(3).join(' '))).toEqual(SAMPLES.deleted);
    });
  });
});
