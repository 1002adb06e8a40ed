import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { eventually } from '@tessera/testing-services';
import { createTokenVerifier, KeysUnavailableError } from './index';

const AUDIENCE = 'tessera';
const REFUSED = 'Token signature is not valid.';

/** An issuer whose keys and manners the tests choose. */
class Issuer {
  readonly keys = new Map<string, { readonly jwk: object; readonly key: KeyObject }>();
  /** What it does with a request: answers, answers 500, or says nothing at all. */
  manner: 'answers' | 'fails' | 'hangs' = 'answers';
  /** The issuer that its discovery document names; itself unless given. */
  named: string | undefined;
  asked = 0;
  private readonly server: Server;
  url = '';

  constructor() {
    this.server = createServer(({ url = '' }, response) => {
      this.asked += 1;
      if (this.manner === 'hangs') return;
      if (this.manner === 'fails') return void response.writeHead(500).end();
      const keys = [...this.keys.values()].map(({ jwk }) => jwk);
      const document = { issuer: this.named ?? this.url, jwks_uri: `${this.url}/keys` };
      response.end(JSON.stringify(url === '/keys' ? { keys } : document));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.add('first');
  }

  add(kid: string, modulusLength?: number): void {
    const { publicKey, privateKey } =
      modulusLength === undefined
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength });
    this.keys.set(kid, { jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }, key: privateKey });
  }

  async token(kid: string, claims: object = {}): Promise<string> {
    const { key } = this.keys.get(kid) ?? {};
    if (key === undefined) throw new Error(`no key ${kid}`);
    return new SignJWT({ jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256', kid })
      .setIssuer(this.url)
      .setSubject('somebody')
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(key);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let issuer: Issuer;
beforeEach(async () => {
  issuer = new Issuer();
  await issuer.start();
});
afterEach(() => issuer.stop());

const verifier = () => createTokenVerifier({ issuer: issuer.url, audience: AUDIENCE }, { timeoutMs: 300 });

describe('the keys of another issuer', () => {
  it('are discovered once and read once', async () => {
    const { verify } = verifier();
    for (let count = 0; count < 3; count += 1)
      expect(await verify(await issuer.token('first'))).toMatchObject({ sub: 'somebody' });
    expect(issuer.asked).toBe(2);
  });

  it('are read again for an unknown key, so that it may rotate, and not for every one', async () => {
    const { verify } = verifier();
    await verify(await issuer.token('first'));
    issuer.add('second');
    await eventually(async () =>
      expect(await verify(await issuer.token('second'))).toMatchObject({ sub: 'somebody' }),
    );
    const asked = issuer.asked;
    const forged = { kid: 'nobody', ...issuer.keys.get('second') };
    if (forged.key === undefined || forged.jwk === undefined) throw new Error('no key');
    issuer.keys.set('nobody', { jwk: forged.jwk, key: forged.key });
    const token = await issuer.token('nobody');
    issuer.keys.delete('nobody');
    for (let count = 0; count < 5; count += 1) await expect(verify(token)).rejects.toThrow(REFUSED);
    expect(issuer.asked - asked).toBeLessThanOrEqual(1);
  });

  it.each(['fails', 'hangs'] as const)(
    'stay good while it %s; of an unknown key nothing is said',
    async (manner) => {
      const { verify } = verifier();
      await verify(await issuer.token('first'));
      issuer.manner = manner;
      issuer.add('second');
      const unknown = await issuer.token('second');
      await eventually(() => expect(verify(unknown)).rejects.toBeInstanceOf(KeysUnavailableError));
      expect(await verify(await issuer.token('first'))).toMatchObject({ sub: 'somebody' });
      issuer.manner = 'answers';
      await eventually(async () => expect(await verify(unknown)).toMatchObject({ sub: 'somebody' }));
    },
  );

  it.each(['fails', 'hangs'] as const)(
    'cannot be had where it %s from the start, until it answers; not every token asks it',
    async (manner) => {
      const { verify } = verifier();
      issuer.manner = manner;
      const token = await issuer.token('first');
      const asking = Array.from({ length: 20 }, () => verify(token));
      for (const asked of asking) await expect(asked).rejects.toBeInstanceOf(KeysUnavailableError);
      for (let turn = 0; turn < 20; turn += 1)
        await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailableError);
      expect(issuer.asked).toBeLessThanOrEqual(3);
      issuer.manner = 'answers';
      await eventually(async () => expect(await verify(token)).toMatchObject({ sub: 'somebody' }));
    },
  );

  it('are not taken from a document of somebody else', async () => {
    issuer.named = 'https://elsewhere.example';
    await expect(verifier().verify(await issuer.token('first'))).rejects.toThrow(
      'names the issuer https://elsewhere.example instead of http://127.0.0.1:',
    );
  });

  it('that are too weak verify nothing', async () => {
    issuer.add('weak', 1024);
    // A library that signs with such a key is not at hand: the signature is that of a stronger one.
    issuer.add('strong', 2048);
    const [head, body, signature] = (await issuer.token('strong')).split('.');
    const header = { ...JSON.parse(Buffer.from(head ?? '', 'base64url').toString()), kid: 'weak' } as object;
    const token = [Buffer.from(JSON.stringify(header)).toString('base64url'), body, signature].join('.');
    await expect(verifier().verify(token)).rejects.toThrow(REFUSED);
  });
});
