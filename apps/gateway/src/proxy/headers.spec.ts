import { requestHeaders, responseHeaders } from './headers';

const ORIGIN = { remoteAddress: '10.1.1.1', prefix: '/p1/chat' };

function sent(...rawHeaders: readonly string[]): Record<string, string | undefined> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers[(rawHeaders[index] ?? '').toLowerCase()] = rawHeaders[index + 1] ?? '';
  const flat = requestHeaders({ rawHeaders, headers }, ORIGIN);
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1]]] : [])),
  );
}

describe('headers to the replica', () => {
  it('keep what is end to end and tell where the request came from', () => {
    expect(sent('Host', 'g:1', 'Accept', 'text/plain', 'Authorization', 'Bearer x')).toEqual({
      host: 'g:1',
      accept: 'text/plain',
      authorization: 'Bearer x',
      'x-forwarded-for': '10.1.1.1',
      'x-forwarded-host': 'g:1',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/p1/chat',
    });
  });

  it('lose everything that concerns the connection, also what it names', () => {
    const names = Object.keys(
      sent(
        ...['Connection', 'close, X-Hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5', 'TE', 'trailers'],
        ...['Transfer-Encoding', 'chunked', 'Upgrade', 'h2c', 'Expect', '100-continue', 'X-Stays', '1'],
      ),
    );
    expect(names.filter((name) => !name.startsWith('x-forwarded'))).toEqual(['x-stays']);
  });

  it('grow the list of proxies and keep what the first one told', () => {
    expect(
      sent('X-Forwarded-For', '9.9.9.9', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'public'),
    ).toMatchObject({
      'x-forwarded-for': '9.9.9.9, 10.1.1.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public',
    });
  });
});

describe('headers to the client', () => {
  it('stay in bytes and number, without those of the connection', () => {
    const raw = [
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Name',
      'é',
      'Connection',
      'X-Hop',
      'X-Hop',
      '1',
    ];
    const buffers = raw.map((text) => Buffer.from(text, 'utf8'));
    const utf8AsLatin1 = Buffer.from('é', 'utf8').toString('latin1');
    expect(responseHeaders(buffers)).toEqual([
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Name', utf8AsLatin1],
    ]);
  });
});
