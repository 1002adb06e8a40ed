import { addressKey } from './address-key';
import { LruMap } from './lru-map';
import { RateLimit } from './rate-limit';

it('keeps the bucket of a limited key, however many other keys come', () => {
  const limit = new RateLimit(2, () => 0);
  limit.take('busy');
  limit.take('busy');
  for (let turn = 0; turn < 15_000; turn += 1) limit.take(`stranger-${turn}`);
  expect(() => limit.take('busy')).toThrow('Too many requests.');
});

it('evicts the least recently used entry, and no other', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
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
