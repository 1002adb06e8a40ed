import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { AUDIENCE, type TrustedIssuer } from '@tessera/adapter-oidc';

/** An issuer that signs whatever claims a spec asks for. */
export class WrittenIssuer {
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(readonly url: string) {}

  /** As the gateway trusts it. */
  get trusted(): TrustedIssuer {
    const jwk = { ...this.pair.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' };
    return { issuer: this.url, audience: AUDIENCE, keys: () => Promise.resolve({ keys: [jwk] }) };
  }

  token(sub: string, claims: object = {}, expires = '5m'): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(this.url)
      .setSubject(sub)
      .setAudience(AUDIENCE)
      .setExpirationTime(expires)
      .sign(this.pair.privateKey);
  }
}
