import { readRequest, readRequests } from './rfc9112';

const get = 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n';
const post = (fields: string, body: string): string => `POST /a HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`;

describe('what a recipient may accept', () => {
  it.each<[string, string, readonly string[]]>([
    ['a request without a body', get, ['']],
    ['two of them', get + get, ['', '']],
    ['empty lines before it', `\r\n\n${get}`, ['']],
    ['bare line feeds', 'GET /a HTTP/1.1\nHost: h\n\n', ['']],
    ['a length', post('Content-Length: 5\r\n', 'hello') + get, ['hello', '']],
    [
      'chunks',
      post('Transfer-Encoding: chunked\r\n', '3;x\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n'),
      ['hello'],
    ],
    ['no more behind close', `GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n${get}`, ['']],
    [
      'no more behind a length beside chunks',
      post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${get}`),
      [''],
    ],
    ['no more behind HTTP/1.0', `GET /a HTTP/1.0\r\n\r\n${get}`, ['']],
  ])('is %s', (_, bytes, bodies) => {
    expect(readRequests(bytes).all.map(({ body }) => body)).toEqual(bodies);
  });

  it.each<[string, string]>([
    ['two hosts', 'GET /a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n'],
    ['no host', 'GET /a HTTP/1.1\r\n\r\n'],
    ['another version', 'GET /a HTTP/2.0\r\nHost: h\r\n\r\n'],
    ['no version', 'GET /a\r\n\r\n'],
    ['a folded field', 'GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n z\r\n\r\n'],
    ['a space before the colon', 'GET /a HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n'],
    ['a NUL in a value', 'GET /a HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n'],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 1\r\n', 'x')],
    ['a signed length', post('Content-Length: +1\r\n', 'x')],
    ['another coding', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    ['a coding in HTTP/1.0', 'POST /a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a chunk size with 0x', post('Transfer-Encoding: chunked\r\n', '0x1\r\nx\r\n0\r\n\r\n')],
    ['a chunk line that ends with a feed', post('Transfer-Encoding: chunked\r\n', '1;x\nx\r\n0\r\n\r\n')],
    ['a chunk longer than its size', post('Transfer-Encoding: chunked\r\n', '1\r\nxy\r\n0\r\n\r\n')],
  ])('is not %s', (_, bytes) => {
    const { all, rest } = readRequests(bytes);
    expect([all, rest.kind]).toEqual([[], 'bad']);
  });

  it('is the beginning of a request whose end may still come', () => {
    expect(readRequests(get.slice(0, -2)).rest.kind).toBe('more');
    expect(readRequests(post('Content-Length: 5\r\n', 'hel'))).toMatchObject({
      rest: { kind: 'more', request: { body: 'hel' } },
    });
  });
});

describe('what a gateway may send on', () => {
  it.each<[string, string, 'request' | 'bad']>([
    ['a length', post('Content-Length: 5\r\n', 'hello'), 'request'],
    [
      'a length beside chunks',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      'bad',
    ],
    ['bare line feeds', 'GET /a HTTP/1.1\nHost: h\n\n', 'bad'],
    ['an empty line before', `\r\n${get}`, 'bad'],
    ['two spaces', 'GET  /a HTTP/1.1\r\nHost: h\r\n\r\n', 'bad'],
  ])('%s: %#', (_, bytes, kind) => {
    expect(readRequest(bytes, 0, 'plain').kind).toBe(kind);
  });
});
