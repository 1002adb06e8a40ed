import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Pace } from './pace';

/** An exchange whose caller is to send the rest of its body, and sends so many bytes in each interval. */
function exchange(perInterval: number) {
  const socket = { bytesRead: 0, bytesWritten: 0, writableLength: 0, destroy: jest.fn() };
  const request = { socket, complete: false, readableFlowing: true, readableLength: 0 };
  const response = Object.assign(new EventEmitter(), { writableLength: 0 });
  return {
    given: {
      request: request as unknown as IncomingMessage,
      response: response as unknown as ServerResponse,
    },
    goesOn: () => void (socket.bytesRead += perInterval),
    ends: () => void response.emit('close'),
    wasEnded: () => socket.destroy.mock.calls.length > 0,
  };
}

describe('the check for slow callers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    ['none', []],
    ['the first', [0]],
    ['the last', [3]],
    ['one between and then the last', [1, 3]],
    ['all but one, in no order', [2, 0, 3]],
  ])('ends those that trickle, each of them, where %s left before', (_which, left) => {
    const pace = new Pace(1_000, 10);
    const exchanges = [1, 100, 2, 3].map(exchange);
    exchanges.forEach(({ given }) => pace.watch(given));
    left.forEach((index) => exchanges[index]?.ends());
    exchanges.forEach(({ goesOn }) => goesOn());
    jest.advanceTimersByTime(1_000);
    const slow = [0, 2, 3].filter((index) => !left.includes(index));
    expect(exchanges.flatMap(({ wasEnded }, index) => (wasEnded() ? [index] : []))).toEqual(slow);
  });

  it('continues for callers that are fast enough, and stops without exchanges', () => {
    const pace = new Pace(1_000, 10);
    const one = exchange(100);
    pace.watch(one.given);
    one.goesOn();
    jest.advanceTimersByTime(1_000);
    expect(one.wasEnded()).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect(one.wasEnded()).toBe(true);
    one.ends();
    expect(jest.getTimerCount()).toBe(0);
  });
});
