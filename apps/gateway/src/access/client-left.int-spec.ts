import { request as httpRequest } from 'node:http';
import { connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { createTokenVerifier, TokenError, type TokenVerifier } from '@tessera/adapter-oidc';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture } from '../testing/gateway-fixture';

/** A verifier that takes as long as the specification wants, and accepts nothing. */
function slowVerifier() {
  const waiting: (() => void)[] = [];
  const verify: TokenVerifier['verify'] = () =>
    new Promise((_, reject) => waiting.push(() => reject(new TokenError('Token is not accepted.'))));
  const verifier = Object.assign(createTokenVerifier([]), { verify });
  return { waiting, verifier };
}

describe('a client that disconnects while its token is verified', () => {
  const authorization = 'Bearer eyJ.token';
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  let slow: ReturnType<typeof slowVerifier>;
  let served: number;
  beforeEach(async () => {
    slow = slowVerifier();
    fixture = await gatewayFixture({ verifier: slow.verifier, openTotal: 1, drainMs: 100 });
    fixture.source.setWorkload({ concurrencyHardLimit: 1 });
    served = 0;
    await fixture.serve('a', (_, response) => {
      served += 1;
      response.end('served');
    });
  });
  afterEach(() => fixture.close());

  /** Each resolves once the gateway has noticed. */
  const leaves: Readonly<Record<string, () => Promise<void>>> = {
    'HTTP/1.1': async () => {
      const closed = once(fixture.server, 'connection').then(
        ([socket]) => new Promise((resolve) => (socket as Socket).once('close', resolve)),
      );
      const request = httpRequest(`${fixture.url}/p1/chat/`, { headers: { authorization }, agent: false });
      request.on('error', () => undefined).end();
      await eventually(() => expect(slow.waiting).toHaveLength(1));
      request.destroy();
      await closed;
    },
    'HTTP/2': async () => {
      const session = connect(fixture.url);
      const stream = session.request({ ':path': '/p1/chat/', authorization });
      stream.on('error', () => undefined).end();
      await eventually(() => expect(slow.waiting).toHaveLength(1));
      stream.close(constants.NGHTTP2_CANCEL);
      // Frames are read in their order.
      await new Promise((resolve) => session.ping(resolve));
      session.destroy();
    },
  };

  it.each(Object.keys(leaves))('holds no slot and is not sent to a replica: %s', async (protocol) => {
    await leaves[protocol]?.();
    slow.waiting.forEach((end) => end());

    const next = await fetch(`${fixture.url}/p1/chat/`, { signal: AbortSignal.timeout(5_000) });
    expect([next.status, await next.text(), served]).toEqual([200, 'served', 1]);
    expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]);
  });
});
