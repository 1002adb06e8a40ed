import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { TimeoutHandler } from './replica-timeouts';

const FIRST_MS = 1_000;
const IDLE_MS = 300;
const SOME = Buffer.from('some');

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** An exchange of which each step is reported to the handler, as undici does. */
function exchange(body: Dispatcher.DispatchOptions['body'] = null) {
  const ended: unknown[] = [];
  const events: string[] = [];
  const controller = {
    paused: false,
    abort: (error: Error & { readonly code?: string }) => ended.push(error.code),
  };
  const given = controller as unknown as Dispatcher.DispatchController;
  const handler = new TimeoutHandler(
    {
      onRequestStart: () => events.push('start'),
      onResponseStart: (_controller, status) => events.push(String(status)),
      onResponseData: (_controller, chunk) => events.push(chunk.toString()),
      onResponseEnd: () => events.push('end'),
      onResponseError: (_controller, { message }) => events.push(message),
    },
    body,
    { firstByteMs: FIRST_MS, streamIdleMs: IDLE_MS },
  );
  return {
    ended,
    events,
    controller,
    start: () => handler.onRequestStart(given, {}),
    head: (status = 200) => handler.onResponseStart(given, status, {}),
    data: () => handler.onResponseData(given, SOME),
    end: () => handler.onResponseEnd(given, {}),
    fail: () => handler.onResponseError(given, new Error('reset')),
  };
}
const wait = (ms: number): void => void jest.advanceTimersByTime(ms);
const [LATE_HEAD, LATE_PART] = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

describe('a replica', () => {
  it('times out that sends no head of a response in time', () => {
    const { start, ended } = exchange();
    start();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
    wait(1);
    expect(ended).toEqual([LATE_HEAD]);
  });

  it('does not time out while it sends interim responses or chunks', () => {
    const { start, head, data, end, ended, events } = exchange();
    start();
    wait(FIRST_MS - 1);
    head(102);
    wait(FIRST_MS - 1);
    head();
    for (const _part of [1, 2, 3]) {
      wait(IDLE_MS - 1);
      data();
    }
    wait(IDLE_MS - 1);
    end();
    wait(10 * FIRST_MS);
    expect([ended, events]).toEqual([[], ['start', '102', '200', 'some', 'some', 'some', 'end']]);
  });

  it('times out that stops in the middle of its response', () => {
    const { start, head, data, ended } = exchange();
    start();
    head();
    data();
    wait(IDLE_MS);
    expect(ended).toEqual([LATE_PART]);
  });

  it('does not time out while the client does not read', () => {
    const { start, head, data, ended, controller } = exchange();
    start();
    head();
    data();
    controller.paused = true;
    wait(10 * IDLE_MS);
    expect(ended).toEqual([]);
    controller.paused = false;
    wait(IDLE_MS);
    expect(ended).toEqual([LATE_PART]);
  });

  it.each(['end', 'fail'] as const)('does not time out after the %s of the exchange', (last) => {
    const { start, head, ended, ...steps } = exchange();
    start();
    head();
    steps[last]();
    expect(jest.getTimerCount()).toBe(0);
    expect(ended).toEqual([]);
  });

  it('does not time out while the client sends', async () => {
    const body = new PassThrough();
    const { start, ended } = exchange(body);
    start();
    body.resume();
    await setImmediate();
    wait(5 * FIRST_MS);
    expect(ended).toEqual([]);
    body.end();
    await setImmediate();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
    wait(1);
    expect(ended).toEqual([LATE_HEAD]);
  });

  it('times out that stops reading the request body', async () => {
    const body = new PassThrough();
    const { start, ended } = exchange(body);
    start();
    body.resume();
    await setImmediate();
    wait(FIRST_MS - 1);
    body.pause();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
    wait(1);
    expect(ended).toEqual([LATE_HEAD]);
  });

  it('gets the full timeout when the exchange is repeated', () => {
    const { start, ended } = exchange();
    start();
    wait(FIRST_MS - 1);
    start();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
  });
});
