import { learnIdleTime, NO_IDLE_TIMES, type IdleTimes } from './keep-alive';

/** What is learned from requests with these pauses between them, s. */
function after(pauses: readonly number[], coldStartSeconds = 20): IdleTimes {
  let at = 1_000_000;
  let idle = learnIdleTime(NO_IDLE_TIMES, at, coldStartSeconds * 1000);
  for (const pause of pauses) {
    at += pause * 1000;
    idle = learnIdleTime(idle, at, coldStartSeconds * 1000);
  }
  return idle;
}

describe('a learned keep-alive', () => {
  it('is unknown before there are a few pauses', () => {
    expect(after([60, 60, 60]).keepAliveMs).toBeUndefined();
    expect(learnIdleTime(NO_IDLE_TIMES, undefined, 20_000)).toEqual(NO_IDLE_TIMES);
  });

  it('outlasts pauses that cost less than a cold start, with a margin', () => {
    expect(after([60, 60, 60, 60]).keepAliveMs).toBe(66_000);
  });

  it('is as short as can be where pauses outlast what a cold start costs', () => {
    expect(after([600, 600, 600, 600]).keepAliveMs).toBe(10_000);
  });

  it('covers the short pauses and lets the long ones go', () => {
    expect(after([30, 30, 3_000, 30, 30, 3_000]).keepAliveMs).toBe(33_000);
  });

  it('is longer where a start takes longer', () => {
    expect(after([200, 200, 200, 200], 20).keepAliveMs).toBe(10_000);
    expect(after([200, 200, 200, 200], 60).keepAliveMs).toBe(220_000);
  });

  it('treats seconds between requests as traffic, not as pauses', () => {
    expect(after([1, 2, 9, 3, 5]).gapsMs).toEqual([]);
  });

  it('remembers the newest pauses only', () => {
    const habit = after([...Array<number>(100).fill(600), ...Array<number>(64).fill(30)]);
    expect(habit.gapsMs).toHaveLength(64);
    expect(habit.keepAliveMs).toBe(33_000);
  });

  it('ignores a request that is older than the newest', () => {
    const idle = after([60]);
    expect(learnIdleTime(idle, 1_000, 20_000)).toEqual(idle);
  });
});
