import type { Filter } from '@tessera/contracts-rest';
import type { Visibility } from '../access/access';

/** Quota per node pool, as sent by the client. */
export type QuotaResources = readonly Readonly<Record<string, unknown>>[];

/** When and by whom a record was created and changed last. */
export interface Stamped {
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Which departments or projects are listed. */
export interface OrgUnitQuery {
  readonly seen: Visibility;
  readonly filters: readonly Filter[];
  /** Text that the name contains. */
  readonly search?: string;
}
