import type { DataSource } from 'typeorm';
import type { SigningKey, SigningKeyStore } from '@tessera/application-control-plane';
import type { KeyEncryption } from './key-encryption';

type Jwk = SigningKey['privateJwk'];

interface SigningKeyRow {
  readonly kid: string;
  readonly private_jwk: Jwk | null;
  readonly sealed: Buffer | null;
  readonly sealed_with: string | null;
  readonly created_at: Date;
  readonly retired_at: Date | null;
}

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
      createdAt: row.created_at.toISOString(),
      ...(row.retired_at === null ? {} : { retiredAt: row.retired_at.toISOString() }),
    }));
  }

  async rotate({ kid, privateJwk, createdAt }: SigningKey): Promise<void> {
    const sealed = this.encryption.seal(JSON.stringify(privateJwk), purposeOf(kid));
    await this.dataSource.transaction(async (tx) => {
      await tx.query('update api.signing_keys set retired_at = $1 where retired_at is null', [createdAt]);
      await tx.query(
        `insert into api.signing_keys (kid, private_jwk, sealed, sealed_with, created_at)
         values ($1, $2, $3, $4, $5)`,
        [
          kid,
          sealed === undefined ? JSON.stringify(privateJwk) : null,
          sealed?.sealed ?? null,
          sealed?.sealedWith ?? null,
          createdAt,
        ],
      );
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
      if (row.sealed_with === (this.encryption.current ?? null)) continue;
      const sealed = this.encryption.seal(JSON.stringify(jwk), purposeOf(row.kid));
      // Without an encryption key there is nothing to do; sealed keys could only be opened with one.
      if (sealed === undefined) continue;
      await this.dataSource.query(
        `update api.signing_keys set private_jwk = null, sealed = $2, sealed_with = $3
         where kid = $1 and sealed_with is not distinct from $4`,
        [row.kid, sealed.sealed, sealed.sealedWith, row.sealed_with],
      );
      changed += 1;
    }
    return changed;
  }

  private rows(): Promise<SigningKeyRow[]> {
    return this.dataSource.query(
      'select * from api.signing_keys order by created_at desc, retired_at desc nulls first',
    );
  }

  private jwkOf({ kid, private_jwk: plain, sealed, sealed_with: sealedWith }: SigningKeyRow): Jwk {
    if (sealed === null || sealedWith === null) return plain ?? {};
    return JSON.parse(this.encryption.open({ sealed, sealedWith }, purposeOf(kid))) as Jwk;
  }
}
