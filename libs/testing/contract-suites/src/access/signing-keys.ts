import type { SigningKey, SigningKeyStore } from '@tessera/application-control-plane';

/** Created at this minute. */
const key = (kid: string, minute: number): SigningKey => ({
  kid,
  privateJwk: { kty: 'EC', kid, d: `secret of ${kid}`, crv: 'P-256' },
  createdAt: at(minute),
});
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/**
 * Contract suite of {@link SigningKeyStore}; run by the stores on Postgres, with and without encryption, and by the fake.
 * Each call of `open` returns an empty store.
 */
export function signingKeysContract(open: () => Promise<SigningKeyStore>): void {
  let keys: SigningKeyStore;
  beforeEach(async () => void (keys = await open()));

  const listed = async (): Promise<readonly (readonly [string, string | undefined])[]> =>
    (await keys.all()).map(({ kid, retiredAt }) => [kid, retiredAt] as const);

  it('has no key at first', async () => {
    expect(await keys.all()).toEqual([]);
  });

  it('returns a key as it was given, and not retired', async () => {
    await keys.rotate(key('one', 0));
    expect(await keys.all()).toStrictEqual([key('one', 0)]);
  });

  it('lists the newest key first; each of the others was retired when the next one was created', async () => {
    for (const [minute, kid] of ['one', 'two', 'three'].entries()) await keys.rotate(key(kid, minute));
    expect(await listed()).toEqual([
      ['three', undefined],
      ['two', at(2)],
      ['one', at(1)],
    ]);
    expect((await keys.all()).map(({ privateJwk }) => privateJwk['d'])).toEqual([
      'secret of three',
      'secret of two',
      'secret of one',
    ]);
  });

  it('lists keys by their creation, also where a process whose clock is behind adds one', async () => {
    await keys.rotate(key('ahead', 5));
    await keys.rotate(key('behind', 3));
    expect(await listed()).toEqual([
      ['ahead', at(3)],
      ['behind', undefined],
    ]);
  });

  it('lists the key that is not retired before one that was created in the same moment', async () => {
    await keys.rotate(key('one', 0));
    await keys.rotate(key('two', 0));
    expect(await listed()).toEqual([
      ['two', undefined],
      ['one', at(0)],
    ]);
  });

  it('refuses a key that exists, and retires none for it', async () => {
    await keys.rotate(key('one', 0));
    await keys.rotate(key('two', 1));
    await expect(keys.rotate(key('one', 2))).rejects.toThrow();
    expect(await listed()).toEqual([
      ['two', undefined],
      ['one', at(1)],
    ]);
  });
}
