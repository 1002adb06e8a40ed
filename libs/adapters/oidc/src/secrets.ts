import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '@tessera/application-control-plane';
import { SecretQueue } from './secret-queue';

/** scrypt with the parameters of RFC 7914 for interactive logins. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;

/** Derivations at once: half of libuv's four threads, so that names are still resolved and files read. 16 MiB each. */
const AT_ONCE = 2;
/** Derivations that may wait; further ones are rejected at once. */
const WAITING = 32;
const queue = new SecretQueue(AT_ONCE, WAITING);

/**
 * Hashes of secrets as `scrypt$<salt>$<key>`, base64url. The number of derivations is bounded for the whole process;
 * beyond it, calls reject with {@link SecretsBusyError}.
 */
export const scryptSecrets: Secrets = {
  async hash(secret) {
    const salt = randomBytes(16);
    const key = await queue.run(true, () => derive(secret, salt));
    return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
  },
  async verify(secret, hash, ahead = false) {
    const [, salt = '', key = ''] = (hash ?? NOBODY).split('$');
    const derived = await queue.run(ahead, () => derive(secret, Buffer.from(salt, 'base64url')));
    const wanted = Buffer.from(key, 'base64url');
    return wanted.length === derived.length && timingSafeEqual(wanted, derived) && hash !== undefined;
  },
  generate: () => randomBytes(32).toString('base64url'),
  digest: (token) => createHash('sha256').update(token).digest('base64url'),
};

const NOBODY = `scrypt$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(KEY_BYTES).toString('base64url')}`;

const derive = (secret: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(secret, salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );
