import type { Priority, TrafficLimits } from '@tessera/contracts-internal/gateway';

/** A serving key as stored; its secret is not. */
export interface ServingKeyRow {
  readonly id: string;
  readonly tenantId: number;
  /** For whom it is. */
  readonly name: string;
  /** SHA-256 of the secret, base64url. */
  readonly digest: string;
  /** The first characters of the secret, by which people recognise it. */
  readonly hint: string;
  /** Of the secret before, which counts until `previousUntil`. */
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

/** What a key opens in one project: all workloads, or only these. */
export interface ServingKeyProjectRow {
  readonly keyId: string;
  readonly projectId: string;
  readonly workloadIds: readonly string[] | null;
}
