import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { createTokenVerifier } from './index';

const ISSUER = 'https://ours.example';
const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Claims {
  readonly audience?: string;
  /** Seconds from now until it expires. */
  readonly expiresIn?: number;
  readonly notBefore?: number;
}

const token = ({ audience = 'tessera', expiresIn = 300, notBefore = -1 }: Claims): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(ISSUER)
    .setSubject('somebody')
    .setAudience(audience)
    .setNotBefore(NOW / 1000 + notBefore)
    .setExpirationTime(NOW / 1000 + expiresIn)
    .sign(privateKey);

/** The token with another bit in one byte of its signature. */
function tampered(good: string, byte: number): string {
  const [header = '', payload = '', signature = ''] = good.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Median times of refusing each of the two, ms, asked in turn. */
async function refusals(one: string, other: string, message: string): Promise<readonly [number, number]> {
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' };
  const keys = async () => ({ keys: [jwk] });
  const verifier = createTokenVerifier({ issuer: ISSUER, audience: 'tessera', keys }, { now: () => NOW });
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 400; turn += 1)
    for (const [at, text] of [one, other].entries()) {
      const began = performance.now();
      await expect(verifier.verify(text)).rejects.toThrow(message);
      // The first ones compile the code and read the key.
      if (turn >= 100) times[at as 0 | 1].push(performance.now() - began);
    }
  return [median(times[0]), median(times[1])];
}

/** Ratios of measured times: a test of a quiet machine, which is why it is none of the unit tests. */
describe('refusing a token takes as long whatever of it is wrong within its class', () => {
  it.each([
    {
      name: 'a signature that differs at its start or at its end',
      pair: async () => {
        const good = await token({});
        return [tampered(good, 0), tampered(good, 63)] as const;
      },
      message: 'Token signature is not valid.',
    },
    {
      name: 'an audience that differs at its start or at its end',
      pair: async () => [await token({ audience: 'xessera' }), await token({ audience: 'tesserx' })] as const,
      message: 'audience',
    },
    {
      name: 'a token that expired just now or long ago',
      pair: async () => [await token({ expiresIn: -60 }), await token({ expiresIn: -300_000 })] as const,
      message: 'expired',
    },
    {
      name: 'a token that is valid soon or much later',
      pair: async () => [await token({ notBefore: 60 }), await token({ notBefore: 250 })] as const,
      message: 'not valid yet',
    },
  ])('$name', async ({ pair, message }) => {
    const [one, other] = await refusals(...(await pair()), message);
    expect(one / other).toBeGreaterThan(2 / 3);
    expect(one / other).toBeLessThan(3 / 2);
  });
});
