import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { ListeningHandler } from './silence';

const FIRST_MS = 1_000;
const IDLE_MS = 300;
const SOME = Buffer.from('some');

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** An exchange of which each step is reported to the handler, as undici does. */
function exchange(body: Dispatcher.DispatchOptions['body'] = null) {
  const ended: unknown[] = [];
  const heard: string[] = [];
  const controller = {
    paused: false,
    abort: (error: Error & { readonly code?: string }) => ended.push(error.code),
  };
  const given = controller as unknown as Dispatcher.DispatchController;
  const handler = new ListeningHandler(
    {
      onRequestStart: () => heard.push('start'),
      onResponseStart: (_controller, status) => heard.push(String(status)),
      onResponseData: (_controller, chunk) => heard.push(chunk.toString()),
      onResponseEnd: () => heard.push('end'),
      onResponseError: (_controller, { message }) => heard.push(message),
    },
    body,
    { firstByteMs: FIRST_MS, streamIdleMs: IDLE_MS },
  );
  return {
    ended,
    heard,
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
  it('is silent that sends no head of a response in time', () => {
    const { start, ended } = exchange();
    start();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
    wait(1);
    expect(ended).toEqual([LATE_HEAD]);
  });

  it('is not silent while it announces a head, or while a part follows the other', () => {
    const { start, head, data, end, ended, heard } = exchange();
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
    expect([ended, heard]).toEqual([[], ['start', '102', '200', 'some', 'some', 'some', 'end']]);
  });

  it('is silent that stops in the middle of its response', () => {
    const { start, head, data, ended } = exchange();
    start();
    head();
    data();
    wait(IDLE_MS);
    expect(ended).toEqual([LATE_PART]);
  });

  it('is not silent while the client does not read', () => {
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

  it.each(['end', 'fail'] as const)('is not waited for after the %s of the exchange', (last) => {
    const { start, head, ended, ...steps } = exchange();
    start();
    head();
    steps[last]();
    expect(jest.getTimerCount()).toBe(0);
    expect(ended).toEqual([]);
  });

  it('is not silent while the client sends', async () => {
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

  it('is silent that stops reading what the client sends', async () => {
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

  it('has its whole time again when the exchange begins anew', () => {
    const { start, ended } = exchange();
    start();
    wait(FIRST_MS - 1);
    start();
    wait(FIRST_MS - 1);
    expect(ended).toEqual([]);
  });
});
