import { addressKey } from './address-key';
import { RateLimit } from './rate-limit';

const clockOf = (time: { readonly wall: number; readonly elapsed: number }) => ({
  now: () => time.wall,
  elapsedMs: () => time.elapsed,
});

it('keeps the bucket of a limited key, however many other keys come', () => {
  const limit = new RateLimit(2, { elapsedMs: () => 0 });
  limit.take('busy');
  limit.take('busy');
  for (let turn = 0; turn < 15_000; turn += 1) limit.take(`stranger-${turn}`);
  expect(() => limit.take('busy')).toThrow('Too many requests.');
});

it.each([3_600_000, -3_600_000])(
  'refills as time passes, whatever the wall clock says: a step of %d ms',
  (step) => {
    const time = { wall: 1_700_000_000_000, elapsed: 5_000 };
    const limit = new RateLimit(60, clockOf(time));
    for (let turn = 0; turn < 60; turn += 1) limit.take('caller');
    time.wall += step;
    expect(() => limit.take('caller')).toThrow('Too many requests.');
    time.elapsed += 1_000;
    expect(() => limit.take('caller')).not.toThrow();
  },
);

it('forgets the least recently used key once it counts too many, and no other', () => {
  const limit = new RateLimit(1, { elapsedMs: () => 0 });
  limit.take('idle');
  limit.take('busy');
  for (let turn = 0; turn < 19_999; turn += 1) {
    limit.spend('busy');
    limit.take(`stranger-${turn}`);
  }
  expect(() => limit.take('busy')).toThrow('Too many requests.');
  expect(() => limit.take('idle')).not.toThrow();
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['unknown', 'unknown'],
])('counts %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
