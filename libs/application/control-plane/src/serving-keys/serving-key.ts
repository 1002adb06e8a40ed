import type { Priority, TrafficLimits } from '@tessera/contracts-internal/gateway';
import type { Filter } from '@tessera/contracts-rest';
import type { ResourceScope, Visibility } from '../access/access';
import type { Page, Paged, Sorting } from '../reading/workload-reader';

/** A serving key as stored; its secret is not. Times are RFC 3339, UTC. */
export interface ServingKeyRow {
  readonly id: string;
  readonly tenantId: number;
  /** Name of the person or program that uses it. */
  readonly name: string;
  /** SHA-256 of the secret, base64url. */
  readonly digest: string;
  /** The first characters of the secret, by which people recognise the key. */
  readonly hint: string;
  /** Digest of the previous secret, which is valid until `previousUntil`. */
  readonly previousDigest: string | null;
  readonly previousUntil: string | null;
  readonly expiresAt: string | null;
  readonly limits: TrafficLimits;
  readonly priority: Priority;
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revokedAt: string | null;
}

/** Access of a key in one project: to all workloads, or only to these. */
export interface ServingKeyProjectRow {
  readonly keyId: string;
  readonly projectId: string;
  readonly workloadIds: readonly string[] | null;
}

/** The same with the scope of the project. */
export interface OpenedProject extends Required<ResourceScope> {
  readonly projectName: string;
  readonly workloadIds: readonly string[] | null;
}

export interface ServingKeyRecord extends ServingKeyRow {
  /** Empty once all projects are deleted. */
  readonly opens: readonly OpenedProject[];
}

/** State of a key. `void`: all its projects were deleted. */
export type ServingKeyState = 'active' | 'expired' | 'revoked' | 'void';

export function stateOf({ revokedAt, expiresAt, opens }: ServingKeyRecord, now: string): ServingKeyState {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return opens.length === 0 ? 'void' : 'active';
}

export interface ServingKeyQuery {
  /** Keys with access to anything in these parts of the organisation. */
  readonly seen: Visibility;
  readonly projectIds?: readonly string[] | undefined;
  readonly states?: readonly ServingKeyState[] | undefined;
  readonly filters: readonly Filter[];
  readonly search?: string | undefined;
  /** The time by which keys have expired. */
  readonly now: string;
}

export type NewServingKey = Omit<
  ServingKeyRow,
  'previousDigest' | 'previousUntil' | 'revokedAt' | 'updatedBy'
>;
export type ServingKeyChange = Partial<Omit<ServingKeyRow, 'id' | 'tenantId' | 'createdBy' | 'createdAt'>> &
  Pick<ServingKeyRow, 'updatedAt' | 'updatedBy'>;

export interface ServingKeyStore {
  keys(query: ServingKeyQuery, sorting: Sorting, page: Page): Promise<Paged<ServingKeyRecord>>;
  key(tenantId: number, id: string): Promise<ServingKeyRecord | undefined>;
  /** How many keys of a project are neither revoked nor expired. */
  countLiving(projectId: string, now: string): Promise<number>;
  create(key: NewServingKey, opens: readonly Omit<ServingKeyProjectRow, 'keyId'>[]): Promise<void>;
  /** Changes a key that is not revoked; false for another one. */
  change(id: string, change: ServingKeyChange): Promise<boolean>;
}
