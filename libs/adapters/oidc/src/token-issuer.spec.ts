import { MemorySigningKeys } from '@tessera/application-control-plane/testing';
import { BuiltInIssuer, createTokenVerifier, METRICS_AUDIENCE, schedulerAudience } from './index';

const SUBJECT = {
  id: 's',
  kind: 'app',
  name: 's',
  tenantId: 1,
  clientId: 's',
  secretVersion: 1,
} as const;
const ISSUER = 'https://ours.example';

/** Two processes of one API, with one store of keys and one clock. */
function processes() {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const keys = new MemorySigningKeys();
  const make = () => {
    const clock = { now: () => now };
    const issuer = new BuiltInIssuer({ keys, issuer: ISSUER, audience: 'tessera', ttlSeconds: 300, clock });
    const own = {
      issuer: ISSUER,
      audience: 'tessera',
      keys: async () => ({ keys: [...(await issuer.jwks()).keys] }),
    };
    const verifierFor = (audience: string) => createTokenVerifier({ ...own, audience }, { now: () => now });
    return { issuer, verifier: verifierFor('tessera'), verifierFor };
  };
  return { one: make(), other: make(), pass: (seconds: number) => void (now += seconds * 1000) };
}

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

describe('a rotated key', () => {
  it('is accepted by every process at every moment, whichever signs', async () => {
    const { one, other, pass } = processes();
    await one.issuer.prepare();
    const first = kidOf(await one.issuer.issue(SUBJECT));
    await other.verifier.verify(await one.issuer.issue(SUBJECT));
    pass(100);
    await other.issuer.jwks();
    const second = await one.issuer.rotate();
    const signers = new Set<string>();
    for (let passed = 0; passed < 90; passed += 1) {
      for (const { issuer } of [one, other]) {
        const token = await issuer.issue(SUBJECT);
        signers.add(kidOf(token));
        for (const { verifier } of [one, other])
          expect(await verifier.verify(token)).toMatchObject({ sub: 's' });
      }
      pass(1);
    }
    expect([...signers]).toEqual([first, second]);
    expect(kidOf(await other.issuer.issue(SUBJECT))).toBe(second);
  });

  it('verifies old tokens until the last has expired, and is not published after that', async () => {
    const { one, pass } = processes();
    await one.issuer.prepare();
    pass(100);
    await one.issuer.rotate();
    const last = await one.issuer.issue(SUBJECT);
    pass(299);
    expect(await one.verifier.verify(last)).toMatchObject({ sub: 's' });
    expect((await one.issuer.jwks()).keys).toHaveLength(2);
    pass(200);
    expect((await one.issuer.jwks()).keys).toHaveLength(1);
  });
});

describe('a service token of the API', () => {
  const [here, there] = ['0000000a-0000-4000-8000-000000000001', '0000000b-0000-4000-8000-000000000002'].map(
    schedulerAudience,
  ) as [string, string];

  it('is taken by that service alone: by no other cluster, not by the metrics service, not by the API', async () => {
    const { one } = processes();
    await one.issuer.prepare();
    const audiences = [here, there, METRICS_AUDIENCE, 'tessera'];
    for (const audience of audiences.slice(0, 3)) {
      const token = await one.issuer.serviceToken(audience);
      for (const verifying of audiences) {
        const verified = one.verifierFor(verifying).verify(token);
        if (verifying === audience) expect(await verified).toMatchObject({ aud: audience });
        else await expect(verified).rejects.toThrow('Token audience is not valid.');
      }
    }
    const own = await one.issuer.issue(SUBJECT);
    for (const audience of audiences.slice(0, 3))
      await expect(one.verifierFor(audience).verify(own)).rejects.toThrow('Token audience is not valid.');
  });

  it('expires after a minute, and is valid for at least half a minute when requested', async () => {
    const { one, pass } = processes();
    await one.issuer.prepare();
    const verifier = one.verifierFor(here);
    const first = await one.issuer.serviceToken(here);
    for (let passed = 0; passed < 120; passed += 10) {
      const token = await one.issuer.serviceToken(here);
      const { exp = 0, iat = 0 } = await verifier.verify(token);
      expect(exp - iat).toBe(60);
      expect(exp * 1000 - Date.parse('2026-01-01T00:00:00.000Z') - passed * 1000).toBeGreaterThanOrEqual(
        30_000,
      );
      pass(10);
    }
    await expect(verifier.verify(first)).rejects.toThrow('Token has expired.');
  });

  it('belongs to the cluster in any spelling of its id', () => {
    expect(schedulerAudience('0000000A-0000-4000-8000-000000000001')).toBe(here);
  });
});
