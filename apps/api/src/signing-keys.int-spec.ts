import { randomBytes } from 'node:crypto';
import { KeyEncryption, PostgresSigningKeys } from '@tessera/adapter-postgres';
import { apiConfig } from './config';
import { rotateKeys } from './rotate-keys';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from './testing/api-under-test';

const [older, newer, other] = [0, 1, 2].map(() => randomBytes(32)) as [Buffer, Buffer, Buffer];
const idOf = (key: Buffer): string => String(new KeyEncryption([key]).current);

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

const keysWith = (...keys: readonly Buffer[]) =>
  new PostgresSigningKeys(t.dataSource, new KeyEncryption(keys));
const rows = (): Promise<Json[]> => t.dataSource.query('select * from api.signing_keys order by created_at');
const permissions = (token: string) => t.call('GET', '/api/v1/authorization/permissions', { token });

describe('the signing keys in the database', () => {
  it('are encrypted at the next start where they were plain, and sign as before', async () => {
    const token = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
    const before = await keysWith().all();
    expect((await rows())[0].private_jwk.d).toEqual(expect.any(String));

    expect(await keysWith(older).protect()).toBe(1);

    const [row] = await rows();
    expect([row.private_jwk, row.sealed_with]).toEqual([null, idOf(older)]);
    expect(row.sealed.includes(String(before[0]?.privateJwk['d']))).toBe(false);
    expect(await keysWith(older).all()).toEqual(before);
    expect((await permissions(token)).status).toBe(200);
  });

  it('show in a metric whether they are encrypted', async () => {
    const encrypted = async (api: ApiUnderTest): Promise<string | undefined> =>
      /^tessera_api_signing_keys_encrypted\{.*\} (\d)$/m.exec(await api.metrics())?.[1];
    expect(await encrypted(t)).toBe('0');
    const safe = await apiUnderTest({ TESSERA_KEY_ENCRYPTION_KEY: older.toString('base64') });
    expect(await encrypted(safe)).toBe('1');
    await safe.close();
  });

  it('cannot be read without the key, whose id the error gives', async () => {
    for (const [keys, held] of [
      [keysWith(), 'TESSERA_KEY_ENCRYPTION_KEY is not set'],
      [keysWith(other), `TESSERA_KEY_ENCRYPTION_KEY holds ${idOf(other)}`],
    ] as const)
      await expect(keys.protect()).rejects.toThrow(`is encrypted with the key ${idOf(older)}, and ${held}`);
  });

  it('are re-encrypted with a new key placed before the old one, and no longer need the old one', async () => {
    const before = await keysWith(older).all();
    expect(await keysWith(newer, older).protect()).toBe(1);
    expect(await keysWith(newer, older).protect()).toBe(0);
    expect(await keysWith(newer).all()).toEqual(before);
  });

  it('cannot be swapped for one another', async () => {
    await keysWith(newer).rotate({
      kid: 'second',
      privateJwk: { d: 'x' },
      createdAt: '2026-01-02T00:00:00Z',
    });
    await t.dataSource.query(
      `update api.signing_keys s set sealed = (select o.sealed from api.signing_keys o where o.kid <> s.kid)
       where kid = 'second'`,
    );
    await expect(keysWith(newer).all()).rejects.toThrow('the signing key second was changed in the database');
    await t.dataSource.query(`delete from api.signing_keys where kid = 'second'`);
  });

  it('are rotated by the command with the key alone', async () => {
    const { url } = t.dataSource.options as { readonly url?: string };
    const env = { TESSERA_DATABASE_URL: url, TESSERA_LOG_LEVEL: 'fatal' };
    await expect(rotateKeys(env)).rejects.toThrow('TESSERA_KEY_ENCRYPTION_KEY is not set');
    await rotateKeys({ ...env, TESSERA_KEY_ENCRYPTION_KEY: newer.toString('base64') });
    expect((await rows()).map((row) => [row.private_jwk, row.sealed_with])).toEqual([
      [null, idOf(newer)],
      [null, idOf(newer)],
    ]);
  });
});

describe('the setting', () => {
  const keysOf = (value: string) =>
    apiConfig({ TESSERA_DATABASE_URL: 'postgres://x', TESSERA_KEY_ENCRYPTION_KEY: value })
      .TESSERA_KEY_ENCRYPTION_KEY;

  it.each(['base64', 'base64url', 'hex'] as const)('accepts keys in %s', (encoding) => {
    expect(keysOf(`${newer.toString(encoding)},${older.toString(encoding)}`)).toEqual([newer, older]);
  });

  it.each([
    'short',
    randomBytes(16).toString('base64'),
    `${randomBytes(32).toString('hex')}00`,
    '!'.repeat(43),
  ])('rejects %s without repeating it', (value) => {
    expect(() => keysOf(value)).toThrow('key 1 is not 32 bytes in base64 or hexadecimal');
    try {
      keysOf(value);
    } catch (error) {
      expect((error as Error).message).not.toContain(value);
    }
  });
});
