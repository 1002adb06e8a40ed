import { maybe } from '@tessera/kernel';
import { ambiguity } from './request-line';

const statusOf = (url: string, ...hosts: readonly string[]) => statusIn('1.1', url, ...hosts);
const statusIn = (httpVersion: string, url: string, ...hosts: readonly string[]) =>
  ambiguity({
    httpVersion,
    url,
    rawHeaders: hosts.flatMap((host) => ['Host', host]),
    headers: hosts[0] === undefined ? {} : { host: hosts[0] },
  })?.status;

describe('a request that two servers could interpret differently', () => {
  it.each<[string, string, readonly string[]]>([
    ['has two hosts', '/p1/chat/', ['a', 'b']],
    ['has the same host twice', '/p1/chat/', ['a', 'a']],
    ['names another host in its target', 'http://x/p1/chat/', ['a']],
    ['names its own host in its target', 'http://a/p1/chat/', ['a']],
    ['has no path', '*', ['a']],
    ['has no slash', 'p1/chat/', ['a']],
    ['has a user in its host', '/p1/chat/', ['a@b']],
    ['has a path in its host', '/p1/chat/', ['a/b']],
    ['has a space in its host', '/p1/chat/', ['a b']],
    ['has a malformed port', '/p1/chat/', ['a:b']],
    ['has a host of more than a name can be', '/p1/chat/', ['a'.repeat(256)]],
  ])('is rejected when it %s', (_, url, hosts) => {
    expect(statusOf(url, ...hosts)).toBe(400);
  });

  it.each([['g'], ['g:8081'], ['gateway.example'], ['127.0.0.1:1'], ['[::1]:80'], ['']])(
    'is none with the host %j',
    (host) => {
      expect(statusOf('/p1/chat/?x=http://y/', host)).toBeUndefined();
    },
  );

  it('is none without a host in HTTP/1.0, and is rejected in HTTP/1.1', () => {
    expect(statusIn('1.0', '//p1/../chat')).toBeUndefined();
    expect(statusOf('//p1/../chat')).toBe(400);
  });
});

describe('a request whose body could end at two places, or stays encoded', () => {
  const judgedAs = (httpVersion: string, coding?: string) =>
    ambiguity({
      httpVersion,
      url: '/p1/chat/',
      rawHeaders: ['Host', 'a'],
      headers: { host: 'a', ...maybe('transfer-encoding', coding) },
    })?.status;

  it.each([
    ['1.1', 'gzip, chunked', 501],
    ['1.1', 'chunked, chunked', 501],
    ['1.1', 'identity, chunked', 501],
    ['1.1', ',chunked', 501],
    ['1.0', 'chunked', 400],
    ['2.0', undefined, 505],
    ['0.9', undefined, 505],
    ['1.2', undefined, 505],
  ])('is rejected: HTTP/%s with the coding %j', (version, coding, status) => {
    expect(judgedAs(version, coding)).toBe(status);
  });

  it.each([
    ['1.1', 'chunked'],
    ['1.1', 'Chunked'],
    ['1.1', undefined],
    ['1.0', undefined],
  ])('is none: HTTP/%s with the coding %j', (version, coding) => {
    expect(judgedAs(version, coding)).toBeUndefined();
  });
});
