import { compare } from '@tessera/kernel';
import type { SigningKey, SigningKeyStore } from '../access/tokens';

/** A working store of signing keys in memory. */
export class MemorySigningKeys implements SigningKeyStore {
  private keys: readonly SigningKey[] = [];

  async all(): Promise<readonly SigningKey[]> {
    return this.keys;
  }

  async rotate(key: SigningKey): Promise<void> {
    if (this.keys.some(({ kid }) => kid === key.kid))
      throw new Error(`the signing key ${key.kid} exists already`);
    const retired = this.keys.map((old) => ({ ...old, retiredAt: old.retiredAt ?? key.createdAt }));
    this.keys = [key, ...retired].sort((one, other) => compare(other.createdAt, one.createdAt));
  }
}
