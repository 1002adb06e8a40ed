import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A secret at rest, and the id of the key that it is encrypted with. */
export interface Sealed {
  readonly sealed: Buffer;
  readonly sealedWith: string;
}

const CIPHER = 'aes-256-gcm';
/** Sizes of NIST SP 800-38D: 96 bits of nonce, 128 of tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The available keys cannot decrypt a stored secret. The message is for the operator. */
export class KeyEncryptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyEncryptionError';
  }
}

/**
 * Encryption of secrets at rest: AES-256-GCM, stored as nonce, tag and ciphertext. The first key encrypts, all keys
 * decrypt, so that a new key can be put in front of the old ones.
 */
export class KeyEncryption {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Id of the encrypting key; undefined if there is none. */
  readonly current: string | undefined;

  /** Keys of 32 bytes each. */
  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [idOf(key), key]));
    this.current = keys[0] && idOf(keys[0]);
  }

  /** Encrypts the text for one use, named by `purpose`; undefined if there is no key. */
  seal(text: string, purpose: string): Sealed | undefined {
    const key = this.current === undefined ? undefined : this.keys.get(this.current);
    if (this.current === undefined || key === undefined) return undefined;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), body]), sealedWith: this.current };
  }

  /** Decrypts what was sealed for that purpose. Throws {@link KeyEncryptionError} if no key can. */
  open({ sealed, sealedWith }: Sealed, purpose: string): string {
    const key = this.keys.get(sealedWith);
    if (key === undefined) throw new KeyEncryptionError(this.lacks(sealedWith, purpose));
    try {
      const opener = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      opener.setAAD(Buffer.from(purpose));
      opener.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = opener.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, opener.final()]).toString('utf8');
    } catch {
      throw new KeyEncryptionError(`${purpose} was changed in the database and cannot be decrypted`);
    }
  }

  private lacks(id: string, purpose: string): string {
    const held =
      this.keys.size === 0
        ? 'TESSERA_KEY_ENCRYPTION_KEY is not set'
        : `TESSERA_KEY_ENCRYPTION_KEY holds ${[...this.keys.keys()].join(', ')}`;
    return `${purpose} is encrypted with the key ${id}, and ${held}: add the key that it was encrypted with, behind the newest`;
  }
}

/** Id of a key that does not reveal it: a prefix of its SHA-256. */
const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 12);
