import { addressKey } from './address-key';
import { RateLimit } from './rate-limit';

it('keeps the bucket of a limited key, however many other keys come', () => {
  const limit = new RateLimit(2, () => 0);
  limit.take('busy');
  limit.take('busy');
  for (let turn = 0; turn < 15_000; turn += 1) limit.take(`stranger-${turn}`);
  expect(() => limit.take('busy')).toThrow('Too many requests.');
});

it('forgets the least recently used key once it counts too many, and no other', () => {
  const limit = new RateLimit(1, () => 0);
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
