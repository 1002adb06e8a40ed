import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A token issuer outside the platform: OpenID Connect Discovery, a key set, and tokens that say whatever they are to say. */
export interface ForeignIssuer {
  readonly url: string;
  token(claims: object): string;
  close(): void;
}

const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function foreignIssuer(): Promise<ForeignIssuer> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = { alg: 'ES256', kid: 'one' };
  const keys = [{ ...publicKey.export({ format: 'jwk' }), ...header, use: 'sig' }];
  const server = createServer(({ url = '', headers: { host } }, response) =>
    response.end(
      JSON.stringify(
        url.includes('jwks') ? { keys } : { issuer: `http://${host}`, jwks_uri: `http://${host}/jwks.json` },
      ),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (claims) => {
      const exp = Math.floor(Date.now() / 1000) + 600;
      const text = `${coded(header)}.${coded({ iss: url, aud: 'tessera', exp, ...claims })}`;
      const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
    close: () => void server.close(),
  };
}
