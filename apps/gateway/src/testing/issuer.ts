import { generateKeyPairSync, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import { AUDIENCE, type TrustedIssuer } from '@tessera/adapter-oidc';

/** An issuer that signs the claims that a spec asks for. */
export class TestIssuer {
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(readonly url: string) {}

  /** The issuer as configured at the gateway. */
  get trusted(): TrustedIssuer {
    const jwk = { ...this.pair.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' };
    return { issuer: this.url, audience: AUDIENCE, keys: () => Promise.resolve({ keys: [jwk] }) };
  }

  /** A valid token with a space before the JSON of its header. */
  oddToken(sub: string, claims: object = {}): string {
    const part = (text: string): string => Buffer.from(text).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 300;
    const payload = JSON.stringify({ ...claims, iss: this.url, sub, aud: AUDIENCE, exp });
    const signed = `${part(' {"alg":"ES256","kid":"k"}')}.${part(payload)}`;
    const key = { key: this.pair.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
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
