import { EventEmitter } from 'node:events';
import { poolSettings } from '@tessera/platform-config';
import { UNLIMITED, watchPool } from './pool';

const LIMIT_MS = 60_000;

function pool() {
  const emitter = new EventEmitter();
  return Object.assign(emitter, {
    totalCount: 2,
    idleCount: 0,
    waitingCount: 3,
    options: { max: 2 } as never,
  });
}

describe('the liveness check of a pool', () => {
  let now = 0;
  beforeEach(() => (now = 0));
  const watched = (of: ReturnType<typeof pool>) => watchPool(of, LIMIT_MS, () => now);

  it('fails once all connections were in use for the limit and none was returned', () => {
    const check = watched(pool());
    now = LIMIT_MS - 1;
    expect(check()).toBeUndefined();
    now = LIMIT_MS;
    expect(check()).toBe(
      'all 2 connections have been in use for 60 s and none was returned; 3 calls wait for one',
    );
  });

  it.each(['acquire', 'release', 'remove'])('is alive while its connections come back (%s)', (event) => {
    const of = pool();
    const check = watched(of);
    now = LIMIT_MS - 1;
    of.emit(event);
    now = LIMIT_MS + 1;
    expect(check()).toBeUndefined();
    now = 2 * LIMIT_MS;
    expect(check()).toMatch('none was returned');
  });

  it.each([
    ['a connection is free', { idleCount: 1 }],
    ['another connection may be opened', { totalCount: 1 }],
  ])('is alive where %s, however long nothing happened', (_case, state) => {
    const of = Object.assign(pool(), state);
    const check = watched(of);
    now = 10 * LIMIT_MS;
    expect(check()).toBeUndefined();
    Object.assign(of, { idleCount: 0, totalCount: 2 });
    expect(check()).toBeUndefined();
  });
});

it('a limit of 0 is not sent as a setting', () => {
  expect(poolSettings(UNLIMITED)).toEqual({
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    onConnect: expect.any(Function),
  });
});
