import { clientAddress, isTrustedProxy, trustedProxies } from './client-address';

const NONE = trustedProxies([]);
const OURS = trustedProxies(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48']);

it('is the peer of the connection if no proxy is trusted, whatever the header contains', () => {
  expect(clientAddress('203.0.113.9', '198.51.100.1', NONE)).toBe('203.0.113.9');
});

it('ignores the header of a peer that is no trusted proxy', () => {
  expect(clientAddress('203.0.113.9', '10.1.1.1, 198.51.100.1', OURS)).toBe('203.0.113.9');
});

it.each([
  ['the one hop', '198.51.100.1', '198.51.100.1'],
  ['the rightmost untrusted one: the client wrote the rest', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
  ['behind two of our proxies', '1.2.3.4, 198.51.100.1, 192.0.2.7, 10.9.9.9', '198.51.100.1'],
  ['a trusted one, when the chain has only those', '10.1.1.1, 192.0.2.7', '10.1.1.1'],
  ['the proxy, where the hop is no address', 'unknown', '10.0.0.1'],
  ['the last known, where the chain breaks', '198.51.100.1, _hidden, 10.9.9.9', '10.9.9.9'],
  ['without the port', '198.51.100.1:4711', '198.51.100.1'],
  ['IPv6 without brackets and port', '[2001:DB8::9]:80', '2001:db8::9'],
  ['IPv6 in its short form', '2001:db8:0:0:0:0:0:9', '2001:db8::9'],
  ['IPv4 that is written as IPv6', '::ffff:198.51.100.1', '198.51.100.1'],
  ['IPv4 that is written as IPv6 in hex', '::ffff:c633:6401', '198.51.100.1'],
  ['the proxy, where the header is empty', '', '10.0.0.1'],
])('behind a trusted proxy it is %s', (_title, header, address) => {
  expect(clientAddress('10.0.0.1', header, OURS)).toBe(address);
});

it('recognises an IPv4 proxy although the socket reports IPv6', () => {
  expect(clientAddress('::ffff:10.0.0.1', '198.51.100.1', OURS)).toBe('198.51.100.1');
  expect(clientAddress('10.0.0.1', '198.51.100.1', trustedProxies(['::ffff:10.0.0.0/104']))).toBe(
    '198.51.100.1',
  );
});

it('matches whole addresses only', () => {
  expect(clientAddress('192.0.2.70', '198.51.100.1', OURS)).toBe('192.0.2.70');
  expect(clientAddress('2001:db8:2::1', '198.51.100.1', OURS)).toBe('2001:db8:2::1');
  expect(clientAddress('2001:db8:1::1', '198.51.100.1', OURS)).toBe('198.51.100.1');
});

it('is "unknown" if the connection is closed', () => {
  expect(clientAddress(undefined, '198.51.100.1', OURS)).toBe('unknown');
});

it('reads repeated headers as one chain, and only the end of a huge one', () => {
  expect(clientAddress('10.0.0.1', ['1.2.3.4', '198.51.100.1'], OURS)).toBe('198.51.100.1');
  const huge = `${'1.1.1.1,'.repeat(100_000)}${'10.0.0.2,'.repeat(31)}10.0.0.2`;
  expect(clientAddress('10.0.0.1', huge, OURS)).toBe('10.0.0.2');
});

it.each(['proxy.example', '10.0.0.0/33', '', '10.0.0.0/x', '10.0.0.0/8/8'])(
  'refuses the entry %p',
  (entry) => {
    expect(() => trustedProxies([entry])).toThrow();
  },
);

it.each([
  ['10.0.0.1', true],
  ['::ffff:10.0.0.1', true],
  ['203.0.113.9', false],
  [undefined, false],
])('says of the other end %s whether it is a trusted proxy: %s', (remote, expected) => {
  expect(isTrustedProxy(remote, OURS)).toBe(expected);
});
