import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT signed by that key, whatever its header and claims say. */
export const signed = (key: KeyObject, header: object, claims: object): string => {
  const text = `${coded(header)}.${coded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};

/** The issuer of another organisation: OpenID Connect Discovery and a key set, over HTTP. */
export interface ForeignIssuer {
  readonly url: string;
  readonly key: KeyObject;
  /** A token with these claims, signed by its key. */
  token(claims: object): string;
  close(): void;
}

export async function foreignIssuer(): Promise<ForeignIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'theirs', alg: 'ES256', use: 'sig' }];
  const server = createServer(({ url = '', headers }, response) =>
    response.end(
      JSON.stringify(
        url.includes('jwks')
          ? { keys }
          : {
              issuer: `http://${headers.host}`,
              jwks_uri: `http://${headers.host}/jwks.json`,
              authorization_endpoint: `http://${headers.host}/authorize`,
              token_endpoint: `http://${headers.host}/token`,
            },
      ),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: privateKey,
    token: (claims) => signed(privateKey, { alg: 'ES256', kid: 'theirs' }, claims),
    close: () => void server.close(),
  };
}
