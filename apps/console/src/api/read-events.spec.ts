import { readEvents } from './read-events';

/** An API that sends these pieces of a stream and records what it was asked. */
function api(...pieces: readonly string[]) {
  const asked: unknown[] = [];
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
    cancel: () => void (cancelled = true),
  });
  const send = async (...call: readonly unknown[]): Promise<Response> => {
    asked.push(call);
    return new Response(body);
  };
  return { send, asked, cancelled: () => cancelled };
}

const event = (id: number): string => `id: ${id}\nevent: t\ndata: {"id":"${id}"}\n\n`;
const { signal } = new AbortController();
const ids = ({ events }: { readonly events: readonly { readonly id: string }[] }) =>
  events.map(({ id }) => id);

it('reads all events that are kept, and asks for no later ones', async () => {
  const one = api(`retry: 2000\nid: 0\n\n${event(1)}`, event(2), ': heartbeat\nid: 2\n\n');
  const kept = await readEvents(one, { since: 'then' }, 10, signal);
  expect([ids(kept), kept.missed, kept.cut]).toEqual([['1', '2'], false, false]);
  expect(one.asked).toEqual([['stream_events', { query: { since: 'then', follow: false }, signal }]]);
});

it('says that older ones are kept no more', async () => {
  const one = api(`id: 7\nevent: missed\ndata: {"upTo":"7"}\n\n${event(8)}`);
  expect(await readEvents(one, {}, 10, signal)).toEqual({ events: [{ id: '8' }], missed: true, cut: false });
});

it('takes as many as were wanted, and says that there are more', async () => {
  const kept = await readEvents(api(event(1) + event(2) + event(3)), {}, 2, signal);
  expect([ids(kept), kept.cut]).toEqual([['1', '2'], true]);
});
