import { ownIssuers } from './credentials';
import { answerHead, requestHeaders, responseHeaders, switchingHead } from './headers';

const ORIGIN = { scheme: 'http' as const, remoteAddress: '10.1.1.1', prefix: '/p1/chat', trusted: false };
const ISSUERS = ownIssuers('https://tessera.example', []);

const sent = (...rawHeaders: readonly string[]) => sentFrom(ORIGIN, rawHeaders);

function sentFrom(origin: typeof ORIGIN, rawHeaders: readonly string[]): Record<string, string | undefined> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers[(rawHeaders[index] ?? '').toLowerCase()] = rawHeaders[index + 1] ?? '';
  const flat = requestHeaders({ rawHeaders, headers }, origin, ISSUERS);
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1]]] : [])),
  );
}

/** The workload has a host of its own. */
const HOST = { prefix: '', host: 'g' };

describe('headers to the replica', () => {
  it('keep end-to-end headers and state where the request came from', () => {
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

  it('lose hop-by-hop headers, also those that `connection` names, but for the trailers that the client reads', () => {
    const names = Object.keys(
      sent(
        ...['Connection', 'close, X-Hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5', 'TE', 'trailers'],
        ...['Transfer-Encoding', 'chunked', 'Upgrade', 'h2c', 'Expect', '100-continue', 'X-Stays', '1'],
      ),
    );
    expect(names.filter((name) => !name.startsWith('x-forwarded'))).toEqual(['x-stays', 'te']);
  });

  it('extend the list of a trusted proxy and keep its values', () => {
    const forwarding = [
      'X-Forwarded-For',
      '9.9.9.9',
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'public',
    ];
    expect(sentFrom({ ...ORIGIN, trusted: true }, [...forwarding, 'X-Forwarded-Port', '443'])).toMatchObject({
      'x-forwarded-for': '9.9.9.9, 10.1.1.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public',
      'x-forwarded-port': '443',
    });
  });

  it('contain nothing that a client invented about its origin or identity', () => {
    const forwarding = [
      'X-Forwarded-For',
      '9.9.9.9',
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'public',
    ];
    const forged = [
      ...['X-Real-IP', '9.9.9.9', 'Forwarded', 'for=9.9.9.9', 'X-Tessera-Subject', 'ada'],
      ...[
        'X-Forwarded-User',
        'ada',
        'X-Forwarded-Prefix',
        '/x',
        'x_real_ip',
        '9.9.9.9',
        'X_Tessera_Subject',
        'a',
      ],
    ];
    expect(sent('Host', 'g', ...forwarding, ...forged)).toEqual({
      host: 'g',
      'x-forwarded-for': '10.1.1.1',
      'x-forwarded-host': 'g',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/p1/chat',
    });
    const proxied = sentFrom({ ...ORIGIN, trusted: true }, forged);
    expect(Object.keys(proxied).filter((name) => /real|^forwarded|tessera/.test(name))).toEqual([]);
    expect(proxied['x-forwarded-prefix']).toBe('/p1/chat');
  });

  it('contain no credential of the platform', () => {
    const payload = Buffer.from('{"iss":"https://tessera.example"}').toString('base64url');
    expect(
      sent('Authorization', `Bearer eyJhIjoxfQ.${payload}.c2ln`, 'X-Api-Key', 'tsk-1'),
    ).not.toMatchObject({
      authorization: expect.anything() as unknown,
    });
    expect(sent('X-Api-Key', 'tsk-1')).not.toHaveProperty('x-api-key');
  });
});

describe('headers to the client', () => {
  it('keep bytes and number, without hop-by-hop ones', () => {
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
    expect(responseHeaders(buffers, HOST)).toEqual([
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Name', utf8AsLatin1],
    ]);
  });
});

describe('a head that is not HTTP', () => {
  it.each([0, 99, 100, 101, 199, 600, 999, 1000, NaN])('with the status %d is not forwarded', (status) => {
    expect(() => answerHead(status, [], HOST)).toThrow(`status ${status}`);
  });

  it.each([
    ['bad name', 'x'],
    ['', 'x'],
    ['x', 'a\r\nb: c'],
    ['x', 'a\u0000'],
    ['x', '\u{1f600}'],
  ])('with the header %j: %j is not forwarded', (name, value) => {
    expect(() => responseHeaders([name, value], HOST)).toThrow('invalid header');
    expect(() => switchingHead([name, value], HOST)).toThrow('invalid header');
  });
});
