import { Client as Database } from 'pg';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload } from './client';
import { Platform } from './platform';
import { TraceReceiver, type Span } from './trace-receiver';

jest.setTimeout(180_000);

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;
const HALF = gpuPortion(0.5);
const POST = `POST ${INFERENCES}`;

let receiver: TraceReceiver;
let platform: Platform;
let client: Client;

const startPlatform = async (setting: string, kafka: 'embedded' | 'real' = 'embedded'): Promise<void> => {
  receiver = await TraceReceiver.start();
  platform = await Platform.create();
  await platform.start(['--kafka', kafka], { [setting]: receiver.endpoint });
  client = new Client(() => platform.connection);
};

/** Creates a workload as a caller that may be within a trace, and waits until it serves; gives its id. */
async function createReady(name: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const authorization = `Bearer ${await client.newToken()}`;
  const body = workload(name, HALF, { nodePools: ['my-node-pool-a'] });
  const created = await client.plain('POST', INFERENCES, body, { ...headers, authorization });
  expect(created.status).toBe(200);
  const id: string = created.body.workloadId;
  await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 30_000);
  return id;
}

/** The headers of every record about a workload, as a consumer of the log is given them. */
async function recordsOf(id: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const database = new Database({ connectionString: platform.connection.databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ headers: Record<string, string> }>(
      'select headers from event_log.records where key = $1 order by at',
      [id],
    );
    return rows.map(({ headers }) => headers);
  } finally {
    await database.end();
  }
}

const tracesOf = (records: readonly Readonly<Record<string, string>>[]): readonly (string | undefined)[] => [
  ...new Set(records.map(({ ce_traceparent: name }) => name?.split('-')[1])),
];

/** Creates a workload and checks the trace of its creation; returns its id. It has the platform that runs. */
async function expectWholeWay(): Promise<string> {
  const id = await createReady('traced', { traceparent: TRACEPARENT });
  const spansNow = (): readonly Span[] => receiver.spans.filter(({ traceId }) => traceId === TRACE);
  await eventually(() => {
    const names = spansNow().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['inference ready', 'project inference.phase-changed']));
  }, 20_000);
  const spans = spansNow();
  const path = (name: string): readonly string[] => pathTo(spans, name).map((span) => span.name);
  const publish = expect.stringMatching(/^publish tessera\..*\.commands\.v1$/);
  const command = [POST, publish, 'command inference.apply'];
  expect(path('postgres transaction')).toEqual([POST, 'postgres transaction']);
  expect(path('decide placement')).toEqual([...command, 'decide placement']);
  expect(path('POST pods')).toEqual([...command, 'decide placement', 'POST pods']);
  expect(path('inference ready')).toEqual([POST, 'inference ready']);
  expect(pathTo(spans, 'decide placement').map(({ service }) => service)).toEqual([
    'tessera-api',
    'tessera-api',
    'tessera-scheduler',
    'tessera-scheduler',
  ]);

  expect(named(spans, POST)).toMatchObject({
    parentSpanId: CALLER,
    attributes: { 'http.route': INFERENCES, 'http.response.status_code': 200 },
  });
  expect(named(spans, 'decide placement').attributes).toMatchObject({
    'tessera.workload.id': id,
    'tessera.placement.outcome': 'placed',
    'tessera.placement.policy': 'fgd',
    'k8s.node.name': 'a100-pool-a-1',
  });
  expect(named(spans, 'POST pods').attributes).toMatchObject({
    'url.template': '/api/v1/namespaces/{namespace}/pods',
    'http.response.status_code': 201,
  });
  const [created, ready] = [named(spans, 'POST pods'), named(spans, 'inference ready')];
  expect(ready.startMs).toBeLessThan(created.startMs);
  expect(ready.endMs).toBeGreaterThan(created.endMs);
  expect(ready.endMs - ready.startMs).toBeLessThan(30_000);
  return id;
}

const stopAll = async (): Promise<void> => {
  await platform.remove();
  await receiver.stop();
};

describeWithService('kafka', 'with a receiver of traces, on a real broker', () => {
  beforeAll(() => startPlatform('TESSERA_TRACES_ENDPOINT', 'real'));
  afterAll(stopAll);

  it('one trace shows the whole way from the request to Ready', async () => {
    await expectWholeWay();
  });
});

describe('with a receiver of traces', () => {
  beforeAll(() => startPlatform('TESSERA_TRACES_ENDPOINT'));
  afterAll(stopAll);

  it('one trace shows the whole way from the request to Ready', async () => {
    expect(tracesOf(await recordsOf(await expectWholeWay()))).toEqual([TRACE]);
  });

  it('begins a trace of its own for a request that brings none, and names it in the answer', async () => {
    const authorization = `Bearer ${await client.newToken()}`;
    const answer = await fetch(`${platform.connection.api}${INFERENCES}/none`, {
      headers: { authorization, traceparent: 'not one' },
    });
    const traceId = answer.headers.get('x-trace-id');
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    await eventually(() => {
      const [span] = receiver.spans.filter((one) => one.traceId === traceId);
      expect(span).toMatchObject({ name: `GET ${INFERENCES}/{workloadId}`, parentSpanId: undefined });
    }, 10_000);
  });
});

describe('without a receiver', () => {
  // The SDK would find the receiver by this variable of its own; it is not loaded.
  beforeAll(() => startPlatform('OTEL_EXPORTER_OTLP_ENDPOINT'));
  afterAll(stopAll);

  it('records carry the trace of a request that brought one, and none otherwise', async () => {
    const [traced, plain] = await Promise.all([
      createReady('brought', { traceparent: TRACEPARENT }),
      createReady('plain', {}),
    ]);
    expect(tracesOf(await recordsOf(traced))).toEqual([TRACE]);
    expect(tracesOf(await recordsOf(plain))).toEqual([undefined]);
    const answer = await fetch(`${platform.connection.api}${INFERENCES}/none`, {
      headers: { traceparent: TRACEPARENT },
    });
    expect(answer.headers.get('x-trace-id')).toBeNull();
    expect(receiver.spans).toEqual([]);
  });
});

function named(spans: readonly Span[], name: string): Span {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`there is no span "${name}"`);
  return found;
}

/** The spans from the one that began to the first of that name. */
function pathTo(spans: readonly Span[], name: string): readonly Span[] {
  const path = [named(spans, name)];
  for (;;) {
    const parent = spans.find(({ spanId }) => spanId === path[0]?.parentSpanId);
    if (parent === undefined) return path;
    path.unshift(parent);
  }
}
