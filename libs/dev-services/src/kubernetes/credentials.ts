import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Layout } from './layout';

/** Static tokens by user. */
export interface Tokens {
  readonly admin: string;
  readonly controllerManager: string;
}

export const ADMIN = 'tessera-admin';
/** RBAC's bootstrap policy knows this user. */
export const CONTROLLER_MANAGER = 'system:kube-controller-manager';

/** A certificate that expires within 30 days is recreated, so that no run outlives it. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

/**
 * Creates the tokens and the service account key at the first start, and returns the tokens of that start ever after.
 */
export function ensureCredentials(layout: Layout, now: number): Tokens {
  if (!existsSync(layout.serviceAccountKey)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writePrivate(layout.serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  if (!existsSync(layout.tokens)) {
    const fresh = {
      admin: randomBytes(24).toString('hex'),
      controllerManager: randomBytes(24).toString('hex'),
    };
    writePrivate(layout.tokens, tokenFile(fresh));
  }
  dropOldCertificate(layout, now);
  const tokens = readTokens(readFileSync(layout.tokens, 'utf8'));
  if (tokens === undefined) throw new Error(`${layout.tokens} is damaged; delete it`);
  return tokens;
}

/** A static token file: token, user, uid, groups. */
export function tokenFile({ admin, controllerManager }: Tokens): string {
  return `${admin},${ADMIN},${ADMIN},"system:masters"\n${controllerManager},${CONTROLLER_MANAGER},${CONTROLLER_MANAGER}\n`;
}

/** The tokens in a file that `tokenFile` wrote; undefined when it is damaged. */
export function readTokens(text: string): Tokens | undefined {
  const byUser = new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','))
      .map(([token = '', user = '']) => [user, token] as const),
  );
  const [admin, controllerManager] = [byUser.get(ADMIN), byUser.get(CONTROLLER_MANAGER)];
  if (!admin || !controllerManager) return undefined;
  return { admin, controllerManager };
}

/** Writes a file that only its owner may read. */
export function writePrivate(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 });
}

/** The server signs its own certificate for a year, and makes a new one only when there is none. */
function dropOldCertificate({ servingCert, servingKey }: Layout, now: number): void {
  if (!existsSync(servingCert)) return;
  const { validTo } = new X509Certificate(readFileSync(servingCert));
  if (Date.parse(validTo) - now > RENEW_BEFORE_MS) return;
  [servingCert, servingKey].forEach((file) => rmSync(file, { force: true }));
}
