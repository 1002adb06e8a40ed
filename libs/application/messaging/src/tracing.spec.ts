import type { IncomingRecord, OutgoingRecord } from './ports';
import { inTraceOf, traceOf, tracedPublishing, untraced, type Tracing } from './tracing';

const CAUSE = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
const SENDER = `00-${'a'.repeat(32)}-${'2'.repeat(16)}-01`;

const record = (headers: Readonly<Record<string, string>> = {}): OutgoingRecord => ({
  topic: 'commands',
  key: 'a-workload',
  headers: { ce_id: 'e1', ce_type: 'io.tessera.inference.apply.v1', ...headers },
  value: '{}',
});

/** Names the one span that publishing creates, and records span operations. */
function recording() {
  const reported: string[] = [];
  const tracing: Tracing = {
    ...untraced,
    beginSpan: (parent, name) => {
      reported.push(`${name} below ${parent}`);
      return { traceparent: SENDER, end: ({ failure } = {}) => reported.push(`end${failure ?? ''}`) };
    },
    spanBelow: (parent, name, _details, work) => {
      reported.push(`${name} below ${parent}`);
      return work({ traceparent: SENDER });
    },
  };
  return { reported, tracing };
}

describe('publishing within traces', () => {
  const publishing = async (sent: OutgoingRecord, tracing: Tracing) => {
    const published: OutgoingRecord[] = [];
    const log = { publish: async (records: readonly OutgoingRecord[]) => void published.push(...records) };
    await tracedPublishing(log, tracing).publish([sent]);
    return published[0];
  };

  it('is a span below the cause of the record, and is named in a header of its own', async () => {
    const { reported, tracing } = recording();
    const sent = record({ ce_traceparent: CAUSE });
    expect(await publishing(sent, tracing)).toEqual({
      ...sent,
      headers: { ...sent.headers, traceparent: SENDER },
    });
    expect(reported).toEqual([`publish commands below ${CAUSE}`, 'end']);
  });

  it('leaves records of no trace as they are', async () => {
    const { reported, tracing } = recording();
    const sent = record();
    expect(await publishing(sent, tracing)).toBe(sent);
    expect(reported).toEqual([]);
  });

  it('passes the cause on without tracing', async () => {
    const sent = record({ ce_traceparent: CAUSE });
    expect(await publishing(sent, untraced)).toBe(sent);
  });

  it('that fails is recorded in the spans, and rethrows the error of the log', async () => {
    const { reported, tracing } = recording();
    const failure = new Error(': no broker');
    const log = { publish: () => Promise.reject(failure) };
    const failing = tracedPublishing(log, tracing).publish([record({ ce_traceparent: CAUSE })]);
    await expect(failing).rejects.toBe(failure);
    expect(reported).toEqual([`publish commands below ${CAUSE}`, 'end: no broker']);
  });
});

describe('handling a record of a trace', () => {
  const received = (headers: Readonly<Record<string, string>>): IncomingRecord => ({
    ...record(headers),
    partition: 0,
    offset: '7',
    timestamp: 0,
  });

  it.each([
    ['the span that published it', { ce_traceparent: CAUSE, traceparent: SENDER }, SENDER],
    ['its cause, where publishing was not traced', { ce_traceparent: CAUSE }, CAUSE],
  ])('is a span below %s', async (_what, headers, parent) => {
    const { reported, tracing } = recording();
    const span = await inTraceOf(received(headers), 'command', tracing, async (open) => open?.traceparent);
    expect(traceOf(received(headers))).toBe(parent);
    expect(reported).toEqual([`command inference.apply below ${parent}`]);
    expect(span).toBe(SENDER);
  });

  it('has no span where the record belongs to no trace', async () => {
    const { reported, tracing } = recording();
    expect(await inTraceOf(received({}), 'command', tracing, async (open) => open)).toBeUndefined();
    expect(reported).toEqual([]);
  });
});
