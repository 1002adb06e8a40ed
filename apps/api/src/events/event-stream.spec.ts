import type { Principal } from '@tessera/application-control-plane';
import { eventually } from '@tessera/testing-services';
import { EventStream, type EventStreamOptions } from './event-stream';

const TENANT = 1;
const VIEWER: Principal = {
  subjectId: 's',
  kind: 'user',
  name: 'ada',
  tenantId: TENANT,
  grants: [{ roleId: 1, scope: { type: 'tenant', id: String(TENANT) } }],
} as unknown as Principal;
const CLAIMS = { iss: 'us', sub: 's', exp: 2_000_000_000 } as EventStreamOptions['reader']['claims'];

/** Events of a page, and that nothing follows. */
const PAGE = 100;
const NOTHING = { events: [], position: '0', complete: true };

/** Full pages of events, numbered from 1 on. */
const pagesOf = (pages: number) =>
  Array.from({ length: pages }, (_page, page) => ({
    events: Array.from({ length: PAGE }, (_event, index) => ({
      position: String(page * PAGE + index + 1),
      type: 'a.type',
      json: '{}',
    })),
    position: String((page + 1) * PAGE),
    complete: page === pages - 1,
  }));

/** A stream over these pages of events, with times short enough for a test. */
function streamOf(pages: number, timings: Partial<EventStreamOptions['timings']> = {}) {
  const asked: string[] = [];
  const left = pagesOf(pages);
  let ended = 0;
  const stream = new EventStream({
    events: {
      after: async ({ after }) => {
        asked.push(after);
        return left.shift() ?? NOTHING;
      },
    },
    principals: { of: async () => VIEWER },
    now: () => 1_000_000_000_000,
    timings: { pollMs: 5, heartbeatMs: 60_000, stalledMs: 60_000, ...timings },
    reader: { principal: VIEWER, claims: CLAIMS },
    query: { follow: true, after: '0' } as EventStreamOptions['query'],
    missed: undefined,
    onEnd: () => void (ended += 1),
  });
  return { stream, asked, ended: () => ended, reader: stream.body.getReader() };
}

const text = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> =>
  new TextDecoder().decode((await reader.read()).value);

it('sends heartbeats with the id to resume from while nothing happens', async () => {
  const { stream, reader } = streamOf(0, { heartbeatMs: 20 });
  expect(await text(reader)).toBe('retry: 2000\nid: 0\n\n');
  expect(await text(reader)).toBe(': heartbeat\nid: 0\n\n');
  expect(await text(reader)).toBe(': heartbeat\nid: 0\n\n');
  stream.stop();
});

it('reads the next page once the last one was received, so a slow client holds one page', async () => {
  const { stream, asked, reader } = streamOf(10);
  await text(reader);
  await eventually(async () => expect(asked).toEqual(['0']));
  expect((await text(reader)).match(/^id: /gm)).toHaveLength(100);
  await eventually(async () => expect(asked).toEqual(['0', '100']));
  stream.stop();
});

it('disconnects a client that reads nothing for long', async () => {
  const { reader, ended } = streamOf(10, { stalledMs: 30 });
  await eventually(async () => expect(ended()).toBe(1));
  await expect(
    (async () => {
      for (let read = 0; read < 10; read += 1) await reader.read();
    })(),
  ).rejects.toThrow('the client stopped reading');
});

it('ends in order when the process stops: what was written is still sent', async () => {
  const { stream, reader, ended } = streamOf(0);
  stream.stop();
  expect(await text(reader)).toBe('retry: 2000\nid: 0\n\n');
  expect((await reader.read()).done).toBe(true);
  expect(ended()).toBe(1);
});
