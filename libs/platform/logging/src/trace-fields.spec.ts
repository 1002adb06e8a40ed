import { Writable } from 'node:stream';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createLogger } from './index';

const SPAN = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 };

/** A logger whose lines are kept. */
function logger() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, logger: createLogger('api', 'info', sink) };
}

describe('a line of the log', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it('contains the ids of the active span', () => {
    const t = logger();
    context.with(trace.setSpanContext(ROOT_CONTEXT, SPAN), () => t.logger.info({ node: 'a' }, 'placed'));
    expect(t.lines).toMatchObject([
      { service: 'api', msg: 'placed', node: 'a', trace_id: SPAN.traceId, span_id: SPAN.spanId },
    ]);
  });

  it('contains no ids outside of spans', () => {
    const t = logger();
    t.logger.info('started');
    expect(t.lines).toHaveLength(1);
    expect(t.lines[0]).not.toHaveProperty('trace_id');
  });
});
