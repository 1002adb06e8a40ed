import { LiveEvents, type Liveness } from './live-events';

/** An API whose streams the test writes and ends; a stream is asked for again after each end. */
function api() {
  const asked: (string | undefined)[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  let refuses = false;
  const send = async (
    _operation: string,
    call: { query?: Record<string, unknown>; signal?: AbortSignal } = {},
  ) => {
    asked.push(call.query?.['lastEventId'] as string | undefined);
    if (refuses) throw new Error('refused');
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        streams.push(controller);
        call.signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
      },
    });
    return new Response(body);
  };
  return {
    send: send as never,
    asked,
    write: (text: string) => streams.at(-1)?.enqueue(new TextEncoder().encode(text)),
    end: () => streams.at(-1)?.close(),
    refuse: (now: boolean) => (refuses = now),
  };
}

/** Resolves once the state of the stream is this one. */
const becomes = (live: LiveEvents, state: Liveness): Promise<void> =>
  new Promise((resolve) => {
    if (live.state() === state) return resolve();
    const ended = live.watch(() => {
      if (live.state() !== state) return;
      ended();
      resolve();
    });
  });

describe('the stream of events', () => {
  let live: LiveEvents;
  afterEach(() => live.stop());

  it('gives each event to its readers, and none to those that ended', async () => {
    const one = api();
    live = new LiveEvents({ send: one.send });
    const seen: string[] = [];
    const arrived = new Promise<void>((resolve) => {
      live.read(({ id }) => {
        seen.push(id);
        if (id === 'b') resolve();
      });
    });
    live.read(() => seen.push('never'))();
    live.start();
    await becomes(live, 'live');
    one.write(
      'id: 1\ndata: {"id":"a"}\n\nid: 2\nevent: missed\ndata: {"upTo":"2"}\n\nid: 3\ndata: {"id":"b"}\n\n',
    );
    await arrived;
    expect(seen).toEqual(['a', 'b']);
  });

  it('goes on behind the last event after a break, at once where somebody asks for it', async () => {
    const one = api();
    live = new LiveEvents({ send: one.send });
    const arrived = new Promise<void>((resolve) => void live.read(() => resolve()));
    live.start();
    await becomes(live, 'live');
    one.write('id: 7\ndata: {"id":"a"}\n\n');
    await arrived;
    one.refuse(true);
    one.end();
    await becomes(live, 'offline');
    one.refuse(false);
    live.retry();
    await becomes(live, 'live');
    expect([one.asked[0], one.asked.at(-1)]).toEqual([undefined, '7']);
  });

  it('is offline where nothing arrives any more, though the connection stands', async () => {
    const one = api();
    live = new LiveEvents({ send: one.send }, 20);
    live.start();
    await becomes(live, 'live');
    await becomes(live, 'offline');
    expect(one.asked).toHaveLength(1);
  });
});
