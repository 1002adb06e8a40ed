import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpError } from '@tessera/platform-http';
import { MetricsClient, SchedulerClient } from './index';

const CLUSTER = '00000000-0000-4000-8000-000000000001';
const RANGE = {
  metricType: ['THROUGHPUT', 'LATENCY'],
  start: '2026-01-01T00:00:00Z',
  end: '2026-01-02T00:00:00Z',
  numberOfSamples: 10,
};
const WORKLOAD = { namespace: 'runai-a', workloadId: CLUSTER };

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: { readonly path: string; readonly authorization: string | undefined }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => (asked = []));

const sends = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
  answer = (_request, response) => response.writeHead(status, headers).end(JSON.stringify(body));
};
const scheduler = (at = url, limitMs?: number) =>
  new SchedulerClient({ urlOf: () => at, token: async () => 'ours', ...(limitMs && { limitMs }) });
const metrics = () => new MetricsClient({ url: `${url}/`, token: async () => 'ours' });
const failure = async (call: Promise<unknown>): Promise<object> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HttpError)) throw new Error(`no HttpError but ${String(error)}`);
  return { status: error.status, details: error.details };
};

describe('a client of our services', () => {
  it('asks at the path of the contract, with its token', async () => {
    sends(200, { clusterId: CLUSTER });
    await scheduler().heartbeat(CLUSTER);
    sends(207, { measurements: [] });
    const { status } = await metrics().ofPod({ ...WORKLOAD, podName: 'a-0' }, RANGE);
    expect(status).toBe(207);
    const range = 'start=2026-01-01T00%3A00%3A00Z&end=2026-01-02T00%3A00%3A00Z&numberOfSamples=10';
    expect(asked).toEqual([
      { path: `/internal/v1/clusters/${CLUSTER}`, authorization: 'Bearer ours' },
      {
        path: `/internal/v1/namespaces/runai-a/workloads/${CLUSTER}/pods/a-0/metrics?metricType=THROUGHPUT%2CLATENCY&${range}`,
        authorization: 'Bearer ours',
      },
    ]);
  });

  it.each([
    ['lacks a field', { nodes: [{ name: 'a' }] }, /nodes\[0\]\.uid/],
    ['is of another shape', [], /expected object/],
    ['is no JSON', undefined, /does not understand/],
  ])('throws 503 where a response %s, and names it', async (_title, body, details) => {
    sends(200, body);
    expect(await failure(scheduler().nodes(CLUSTER))).toEqual({
      status: 503,
      details: expect.stringMatching(details),
    });
  });

  it('ignores fields that a newer service adds', async () => {
    sends(200, { nodes: [], more: true });
    expect(await scheduler().nodes(CLUSTER)).toEqual([]);
  });

  it.each([
    ['a refusal with its reason', 409, { message: 'not now', details: 'busy' }, 409, 'busy'],
    ['an invalid request', 400, { message: 'no' }, 400, undefined],
    ['an unknown cluster', 404, { message: 'not mine' }, 503, /^no scheduler of this cluster is known/],
    ['any other error', 500, { message: 'oops' }, 503, 'the scheduler answered 500 oops'],
    ['an error that is no JSON object', 502, 'bad gateway', 503, 'the scheduler answered 502'],
  ])('passes on %s', async (_title, status, body, expected, details) => {
    sends(status, body);
    expect(await failure(scheduler().requestMigConfig(CLUSTER, 'a', null))).toEqual({
      status: expected,
      details: details instanceof RegExp ? expect.stringMatching(details) : details,
    });
  });

  it.each([
    [
      'why nothing could be read',
      {
        message: 'Please try again in few minutes.',
        details: 'Prometheus at http://p did not answer within 10 s',
      },
      'the metrics service answered 503 Prometheus at http://p did not answer within 10 s',
    ],
    ['the message where there is no more', { message: 'busy' }, 'the metrics service answered 503 busy'],
    ['the status where there is nothing else', 'away', 'the metrics service answered 503'],
  ])('names %s', async (_title, body, details) => {
    sends(503, body);
    expect(await failure(metrics().ofWorkload(WORKLOAD, RANGE))).toEqual({ status: 503, details });
  });

  it('follows no redirect, which would take the token elsewhere', async () => {
    sends(307, {}, { location: `${url}/elsewhere` });
    expect(await failure(scheduler().heartbeat(CLUSTER))).toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1);
  });

  it('throws 404 for a name that would change the path, and asks nothing', async () => {
    expect(await failure(scheduler().migConfig(CLUSTER, '..'))).toMatchObject({ status: 404 });
    expect(asked).toEqual([]);
  });

  it('throws 503 where the service cannot be reached', async () => {
    const { details } = (await failure(scheduler('http://127.0.0.1:1').nodes(CLUSTER))) as {
      details: string;
    };
    expect(details).toMatch(/^the scheduler cannot be reached/);
  });

  it('throws 503 where a response does not arrive in time', async () => {
    answer = (_request, response) => response.writeHead(200).write('{');
    expect(await failure(scheduler(url, 200).nodes(CLUSTER))).toMatchObject({ status: 503 });
  });

  it('limits the first byte of a stream, not its length', async () => {
    answer = (_request, response) => response.writeHead(200).write('line\n');
    const pod = { clusterId: CLUSTER, namespace: 'runai-a', name: 'a-0' };
    const gone = new AbortController();
    const body = await scheduler(url, 10_000).podLog(pod, { follow: true, tailLines: 5 }, gone.signal);
    const { value } = await body.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toBe('line\n');
    expect(asked.at(-1)?.path).toMatch(/\/pods\/a-0\/log\?follow=true&tailLines=5$/);
    gone.abort();
    answer = () => undefined;
    expect(await failure(scheduler(url, 200).podLog(pod, {}, new AbortController().signal))).toEqual({
      status: 503,
      details: 'the scheduler cannot be reached: no answer within 200 ms',
    });
  });
});
