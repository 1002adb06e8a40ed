import { IsNull, type DataSource } from 'typeorm';
import type { SigningKey, SigningKeyStore } from '@tessera/application-control-plane';
import { maybe } from '@tessera/kernel';
import { SIGNING_KEYS, type SigningKeyRow } from '../../entities/access';
import { written } from '../../entities/entity';
import type { KeyEncryption } from './key-encryption';

type Jwk = SigningKey['privateJwk'];

const purposeOf = (kid: string): string => `the signing key ${kid}`;

/** Signing keys of the built-in issuer, encrypted if an encryption key is set. */
export class PostgresSigningKeys implements SigningKeyStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encryption: KeyEncryption,
  ) {}

  async all(): Promise<readonly SigningKey[]> {
    return (await this.rows()).map((row) => ({
      kid: row.kid,
      privateJwk: this.jwkOf(row),
      createdAt: row.createdAt,
      ...maybe('retiredAt', row.retiredAt),
    }));
  }

  async rotate({ kid, privateJwk, createdAt }: SigningKey): Promise<void> {
    const sealed = this.encryption.seal(JSON.stringify(privateJwk), purposeOf(kid));
    await this.dataSource.transaction(async (tx) => {
      await tx.update(SIGNING_KEYS, { retiredAt: IsNull() }, { retiredAt: createdAt });
      const stored = sealed ?? { privateJwk };
      await tx.insert(SIGNING_KEYS, written<SigningKeyRow>({ kid, createdAt, ...stored }));
    });
  }

  /**
   * Encrypts signing keys that are stored in plain text or under an older key, and returns their number. Throws
   * {@link KeyEncryptionError} if one cannot be decrypted. Safe to run concurrently.
   */
  async protect(): Promise<number> {
    let changed = 0;
    for (const row of await this.rows()) {
      const jwk = this.jwkOf(row);
      if (row.sealedWith === (this.encryption.current ?? null)) continue;
      const sealed = this.encryption.seal(JSON.stringify(jwk), purposeOf(row.kid));
      // Without an encryption key there is nothing to do; sealed keys could only be opened with one.
      if (sealed === undefined) continue;
      const asRead = row.sealedWith === null ? IsNull() : row.sealedWith;
      await this.dataSource
        .getRepository(SIGNING_KEYS)
        .update(
          { kid: row.kid, sealedWith: asRead },
          written<SigningKeyRow>({ privateJwk: null, ...sealed }),
        );
      changed += 1;
    }
    return changed;
  }

  private rows(): Promise<SigningKeyRow[]> {
    return this.dataSource
      .getRepository(SIGNING_KEYS)
      .find({ order: { createdAt: 'desc', retiredAt: { direction: 'desc', nulls: 'first' } } });
  }

  private jwkOf({ kid, privateJwk: plain, sealed, sealedWith }: SigningKeyRow): Jwk {
    if (sealed === null || sealedWith === null) return plain ?? {};
    return JSON.parse(this.encryption.open({ sealed, sealedWith }, purposeOf(kid))) as Jwk;
  }
}
