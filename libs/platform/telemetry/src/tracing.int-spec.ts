import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beginSpan, childSpan, currentTraceparent, isTracing, rootSpan, spanBelow, within } from './spans';
import { startTracing, type Tracing } from './start-tracing';
import { parseTraceparent } from './traceparent';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = `00-${TRACE}-00f067aa0ba902b7-01`;
const REFUSED = `00-${TRACE}-00f067aa0ba902b7-00`;

interface Exported {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
}

let server: Server;
let answers: boolean;
let exported: Exported[];
let tracing: Tracing | undefined;

beforeEach(async () => {
  answers = true;
  exported = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!answers) return;
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
      for (const { scopeSpans } of resourceSpans)
        for (const { spans } of scopeSpans) exported.push(...(spans as Exported[]));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
  server.closeAllConnections();
  await once(server.close(), 'close');
});

const start = async (ratio = 1): Promise<void> => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  tracing = await startTracing({ endpoint, ratio, service: 'api', version: '1', sendLimitMs: 300 });
};
const nothing = async (): Promise<void> => undefined;

describe('without an endpoint', () => {
  it('work runs as if called directly, and there is no span', async () => {
    tracing = await startTracing({ endpoint: undefined, ratio: 1, service: 'api', version: '1' });
    const seen: unknown[] = [];
    const reconcile = async (span?: unknown): Promise<void> => void seen.push(span, currentTraceparent());
    await rootSpan('request', CALLER, {}, () => childSpan(() => ({ name: 'child' }), reconcile));
    await spanBelow(CALLER, 'below', {}, reconcile);
    await within(CALLER, () => reconcile());
    expect(seen).toEqual(Array<unknown>(6).fill(undefined));
    expect(beginSpan(CALLER, 'begun', {})).toBeUndefined();
    expect(isTracing()).toBe(false);
  });
});

describe('with an endpoint', () => {
  it('spans are nested, in the trace of the caller', async () => {
    await start();
    let sent: string | undefined;
    await rootSpan('request', CALLER, {}, () =>
      childSpan(
        () => ({ name: 'transaction' }),
        async () => void (sent = currentTraceparent()),
      ),
    );
    await spanBelow(sent, 'consume', {}, nothing);
    const now = Date.now();
    beginSpan(sent, 'wait', { startMs: now - 60_000 })?.end({ endMs: now });
    await within(sent, () => childSpan(() => ({ name: 'call' }), nothing));
    await tracing?.stop();
    const id = (name: string) => exported.find((span) => span.name === name)?.spanId;
    const { startTimeUnixNano, endTimeUnixNano } = exported.find(({ name }) => name === 'wait') as Exported;
    expect((Number(endTimeUnixNano) - Number(startTimeUnixNano)) / 1e6).toBeCloseTo(60_000, 0);
    const links = Object.fromEntries(exported.map(({ name, parentSpanId }) => [name, parentSpanId]));
    expect(links).toEqual({
      request: parseTraceparent(CALLER)?.spanId,
      transaction: id('request'),
      consume: id('transaction'),
      wait: id('transaction'),
      call: id('transaction'),
    });
    expect(new Set(exported.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(parseTraceparent(sent)?.spanId).toBe(id('transaction'));
  });

  it('only requests start traces', async () => {
    await start();
    await childSpan(() => ({ name: 'lease' }), nothing);
    await spanBelow(undefined, 'old record', {}, nothing);
    beginSpan('not one', 'decision', {})?.end();
    await rootSpan('request', undefined, {}, nothing);
    await tracing?.stop();
    expect(exported.map(({ name }) => name)).toEqual(['request']);
  });

  it('a failure is recorded and rethrown unchanged', async () => {
    await start();
    const failure = new Error('the database is away');
    const failing = rootSpan('request', undefined, {}, () => Promise.reject(failure));
    await expect(failing).rejects.toBe(failure);
    await tracing?.stop();
    expect(exported).toMatchObject([{ status: { code: 2, message: 'the database is away' } }]);
  });

  it('the caller decides whether its trace is recorded, the ratio decides for others', async () => {
    await start(0);
    await rootSpan('ours', undefined, {}, nothing);
    await rootSpan('refused', REFUSED, {}, nothing);
    await rootSpan('wanted', CALLER, {}, nothing);
    await tracing?.stop();
    expect(exported.map(({ name }) => name)).toEqual(['wanted']);
  });

  it('a stop does not wait long for a receiver that does not answer', async () => {
    await start();
    answers = false;
    await rootSpan('request', undefined, {}, nothing);
    const began = performance.now();
    await tracing?.stop();
    // Without the limit the exporter would wait ten seconds.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(isTracing()).toBe(false);
  });
});
