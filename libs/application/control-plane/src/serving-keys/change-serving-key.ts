import type { Clock } from '@tessera/kernel';
import { can, canWidely, type Principal } from '../access/access';
import type { Secrets } from '../access/tokens';
import { invalid, type Declined, type Outcome } from '../outcome';
import type { OpenedProject, ServingKeyChange, ServingKeyRecord, ServingKeyStore } from './serving-key';

/** Prefix of the secrets of serving keys, by which gateways and secret scanners recognise them. */
const PREFIX = 'tsk-';
/** Length of the part of a secret that is shown later; the other 39 characters are stored nowhere. */
const HINT = PREFIX.length + 4;

/** Dependencies of the use cases of serving keys. */
export interface ServingKeyDependencies {
  readonly keys: Pick<ServingKeyStore, 'key' | 'change'>;
  readonly secrets: Pick<Secrets, 'generate' | 'digest'>;
  readonly clock: Clock;
}

/** A key and its secret, which is shown once. */
export interface ServingKeySecret {
  readonly key: ServingKeyRecord;
  readonly secret: string;
}

/** A secret, and the fields of it that are stored. */
interface NewSecret {
  readonly secret: string;
  readonly digest: string;
  readonly hint: string;
}

/** A new secret of 256 random bits. */
export function newSecret({ secrets }: Pick<ServingKeyDependencies, 'secrets'>): NewSecret {
  const secret = `${PREFIX}${secrets.generate()}`;
  return { secret, digest: secrets.digest(secret), hint: secret.slice(0, HINT) };
}

/** The RFC 3339 time in UTC, or why it cannot be the end of a key. */
export function endOf(expiresAt: string, now: string): string | Declined {
  const end = new Date(expiresAt).toISOString();
  return end > now ? end : invalid('expiresAt', 'is in the past');
}

/** The key as the caller may see it: without projects that the caller may not read. */
export const seenBy = (key: ServingKeyRecord, caller: Principal): ServingKeyRecord => ({
  ...key,
  opens: key.opens.filter((place) => mayRead(caller, place)),
});

const mayRead = (caller: Principal, place: OpenedProject): boolean =>
  can(caller, 'inferences', 'read', place);
const mayChange = (caller: Principal, place: OpenedProject): boolean =>
  can(caller, 'inferences', 'update', place);

/**
 * A key that gives access to anything that the caller may read. Otherwise callers with tenant-wide rights get
 * `not-found`, and all others `forbidden`, whether or not the key exists.
 */
export async function findServingKey(
  keys: Pick<ServingKeyStore, 'key'>,
  id: string,
  caller: Principal,
): Promise<Outcome<ServingKeyRecord>> {
  const key = await keys.key(caller.tenantId, id);
  if (key !== undefined && (key.opens.some((place) => mayRead(caller, place)) || isWide(caller, 'read')))
    return { kind: 'done', value: seenBy(key, caller) };
  return isWide(caller, 'read') ? { kind: 'not-found' } : { kind: 'forbidden' };
}

const isWide = (caller: Principal, action: 'read' | 'update'): boolean =>
  canWidely(caller, 'inferences', action);

/** The same for a change, which needs the right in `every` project of the key, or in `some`. */
async function changeable(
  { keys }: Pick<ServingKeyDependencies, 'keys'>,
  id: string,
  caller: Principal,
  where: 'every' | 'some',
): Promise<Outcome<ServingKeyRecord>> {
  const key = await keys.key(caller.tenantId, id);
  if (key !== undefined && key.opens.length > 0 && key.opens[where]((place) => mayChange(caller, place)))
    return { kind: 'done', value: key };
  if (!isWide(caller, 'update')) return { kind: 'forbidden' };
  return key === undefined ? { kind: 'not-found' } : { kind: 'done', value: key };
}

/** Fields to change; undefined ones stay, and `expiresAt: null` removes the end. */
export interface ServingKeyChanges {
  readonly name?: string | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly limits?: ServingKeyRecord['limits'] | undefined;
  readonly priority?: ServingKeyRecord['priority'] | undefined;
}

export async function changeServingKey(
  dependencies: ServingKeyDependencies,
  id: string,
  { expiresAt, ...changes }: ServingKeyChanges,
  caller: Principal,
): Promise<Outcome<ServingKeyRecord>> {
  const found = await changeable(dependencies, id, caller, 'every');
  if (found.kind !== 'done') return found;
  const now = nowOf(dependencies);
  const end = typeof expiresAt === 'string' ? endOf(expiresAt, now) : expiresAt;
  if (typeof end === 'object' && end !== null) return end;
  const given = Object.entries({ ...changes, expiresAt: end }).filter(([, value]) => value !== undefined);
  return applied(dependencies, found.value, Object.fromEntries(given), caller, now);
}

/** Replaces the secret; the previous one stays valid for `overlapMs`. */
export async function rotateServingKey(
  dependencies: ServingKeyDependencies,
  id: string,
  overlapMs: number,
  caller: Principal,
): Promise<Outcome<ServingKeySecret>> {
  const found = await changeable(dependencies, id, caller, 'every');
  if (found.kind !== 'done') return found;
  const now = nowOf(dependencies);
  const { secret, ...stored } = newSecret(dependencies);
  const previous =
    overlapMs === 0
      ? { previousDigest: null, previousUntil: null }
      : {
          previousDigest: found.value.digest,
          previousUntil: new Date(Date.parse(now) + overlapMs).toISOString(),
        };
  const changed = await applied(dependencies, found.value, { ...stored, ...previous }, caller, now);
  return changed.kind === 'done' ? { kind: 'done', value: { key: changed.value, secret } } : changed;
}

/** Revokes the key: it no longer gives access to anything. Idempotent. */
export async function revokeServingKey(
  dependencies: Pick<ServingKeyDependencies, 'keys' | 'clock'>,
  id: string,
  caller: Principal,
): Promise<Outcome<undefined>> {
  const found = await changeable(dependencies, id, caller, 'some');
  if (found.kind !== 'done') return found;
  const now = nowOf(dependencies);
  await dependencies.keys.change(id, { revokedAt: now, updatedAt: now, updatedBy: caller.name });
  return { kind: 'done', value: undefined };
}

async function applied(
  { keys }: Pick<ServingKeyDependencies, 'keys'>,
  key: ServingKeyRecord,
  change: Omit<ServingKeyChange, 'updatedAt' | 'updatedBy'>,
  caller: Principal,
  now: string,
): Promise<Outcome<ServingKeyRecord>> {
  const stamped = { ...change, updatedAt: now, updatedBy: caller.name };
  if (!(await keys.change(key.id, stamped))) return invalid('keyId', 'is revoked; create another key');
  return { kind: 'done', value: seenBy({ ...key, ...stamped }, caller) };
}

const nowOf = ({ clock }: Pick<ServingKeyDependencies, 'clock'>): string =>
  new Date(clock.now()).toISOString();
