import { randomBytes } from 'node:crypto';
import { KeyEncryption } from './key-encryption';

const [one, two] = [randomBytes(32), randomBytes(32)] as const;
const sealedBy = (...keys: readonly Buffer[]) => {
  const sealed = new KeyEncryption(keys).seal('secret', 'the signing key a');
  if (sealed === undefined) throw new Error('nothing was sealed');
  return sealed;
};

describe('a secret at rest', () => {
  it('is decrypted by the key that encrypted it, at any position of the list', () => {
    expect(new KeyEncryption([one]).open(sealedBy(one), 'the signing key a')).toBe('secret');
    expect(new KeyEncryption([two, one]).open(sealedBy(one), 'the signing key a')).toBe('secret');
  });

  it('is encrypted with the first key and a new nonce each time, and is not readable', () => {
    const keys = new KeyEncryption([two, one]);
    const [a, b] = [sealedBy(two, one), sealedBy(two, one)];
    expect([a.sealedWith, b.sealedWith]).toEqual([keys.current, keys.current]);
    expect(a.sealed.equals(b.sealed)).toBe(false);
    expect(a.sealed.includes('secret')).toBe(false);
  });

  it('names the missing key by its id, without revealing key bytes', () => {
    const sealed = sealedBy(one);
    const open =
      (...keys: readonly Buffer[]) =>
      () =>
        new KeyEncryption(keys).open(sealed, 'the signing key a');
    expect(open()).toThrow(
      `the signing key a is encrypted with the key ${sealed.sealedWith}, and TESSERA_KEY_ENCRYPTION_KEY is not set`,
    );
    expect(open(two)).toThrow(`TESSERA_KEY_ENCRYPTION_KEY holds ${String(new KeyEncryption([two]).current)}`);
  });

  it('is rejected for another purpose, or with a changed bit', () => {
    const sealed = sealedBy(one);
    expect(() => new KeyEncryption([one]).open(sealed, 'the signing key b')).toThrow('was changed');
    for (const at of [0, 12, 28]) {
      const changed = Buffer.from(sealed.sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() =>
        new KeyEncryption([one]).open({ ...sealed, sealed: changed }, 'the signing key a'),
      ).toThrow('was changed');
    }
    const short = { ...sealed, sealed: sealed.sealed.subarray(0, 20) };
    expect(() => new KeyEncryption([one]).open(short, 'the signing key a')).toThrow('was changed');
  });

  it('is not encrypted without a key', () => {
    expect(new KeyEncryption([]).seal('secret', 'x')).toBeUndefined();
  });
});
