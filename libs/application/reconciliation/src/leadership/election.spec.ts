import { isLost, LEASE_TIMES, observe, stepOf, whyLost, type LeaseRecord } from './election';

const record = (change: Partial<LeaseRecord> = {}): LeaseRecord => ({
  holder: 'other',
  durationMs: 8_000,
  transitions: 3,
  version: 'v1',
  ...change,
});
const me = { identity: 'me' };

describe('leader election', () => {
  it.each([
    ['creates a missing lease', me, undefined, 0, { do: 'create' }],
    ['renews its own', me, record({ holder: 'me' }), 0, { do: 'renew', transitions: 3 }],
    ['takes one that was released', me, record({ holder: '' }), 0, { do: 'take', transitions: 4 }],
    ['waits for the holder on the first read', me, record(), 0, { do: 'wait' }],
    ['waits while the lease lasts', { ...me, seen: { ...record(), at: 0 } }, record(), 8_000, { do: 'wait' }],
    [
      'takes one that has not changed for its duration',
      { ...me, seen: { ...record(), at: 0 } },
      record(),
      8_001,
      { do: 'take', transitions: 4 },
    ],
    [
      'waits for the holder of a deleted lease, who may not know yet',
      { ...me, seen: { ...record(), at: 0 } },
      undefined,
      8_000,
      { do: 'wait' },
    ],
    [
      'creates a deleted lease once it has expired',
      { ...me, seen: { ...record(), at: 0 } },
      undefined,
      8_001,
      { do: 'create' },
    ],
    [
      'creates a lease that was released and deleted',
      { ...me, seen: { ...record({ holder: '' }), at: 0 } },
      undefined,
      1,
      { do: 'create' },
    ],
  ])('%s', (_title, candidate, lease, now, want) => {
    expect(stepOf(candidate, lease, now)).toEqual(want);
  });

  it('counts the time from the last change it saw, by its own clock', () => {
    const first = observe(me, record(), 100);
    expect(observe(first, record(), 5_000)).toBe(first);
    expect(observe(first, record({ version: 'v2' }), 5_000).seen).toEqual({
      ...record({ version: 'v2' }),
      at: 5_000,
    });
  });

  it.each([
    ['goes on with its lease', { holder: 'me', epoch: 7 }, undefined],
    ['stops for another holder', { holder: 'other', epoch: 8 }, 'the lease is held by other'],
    ['stops without a lease', undefined, 'the lease was deleted'],
    ['stops with a released one', { holder: '', epoch: 7 }, 'the lease was released by another process'],
    [
      'stops where its identity has acquired the lease again',
      { holder: 'me', epoch: 8 },
      'the lease was acquired again under the same identity',
    ],
  ])('a leader %s', (_title, seen, why) => {
    expect(whyLost({ identity: 'me', epoch: 7 }, seen)).toBe(why);
  });

  it('stops writing before anybody else may start', () => {
    expect(LEASE_TIMES.renewDeadlineMs).toBeLessThan(LEASE_TIMES.durationMs);
    expect(isLost(0, LEASE_TIMES.renewDeadlineMs)).toBe(false);
    expect(isLost(0, LEASE_TIMES.renewDeadlineMs + 1)).toBe(true);
  });
});
