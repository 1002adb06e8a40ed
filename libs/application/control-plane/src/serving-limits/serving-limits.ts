import type { TrafficLimits } from '@tessera/contracts-internal/gateway';
import type { Clock } from '@tessera/kernel';
import type { Principal, Visibility } from '../access/access';
import type { Outcome } from '../outcome';
import type { Page, Paged } from '../reading/workload-reader';

/** The limits of a project or workload as stored. Times are RFC 3339, UTC. */
export interface ServingLimitsRow {
  /** Id of the workload, or of the project. */
  readonly id: string;
  readonly projectId: string;
  /** Null for those of the project. */
  readonly workloadId: string | null;
  readonly limits: TrafficLimits;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface ServingLimitsRecord extends ServingLimitsRow {
  readonly projectName: string;
  readonly workloadName: string | null;
}

export interface ServingLimitsStore {
  list(
    seen: Visibility,
    projectIds: readonly string[] | undefined,
    page: Page,
  ): Promise<Paged<ServingLimitsRecord>>;
  find(id: string): Promise<ServingLimitsRecord | undefined>;
  /** Adds or replaces. */
  put(row: Omit<ServingLimitsRow, 'createdAt'>): Promise<void>;
  /** False where there was nothing to remove. */
  remove(id: string): Promise<boolean>;
}

/** The project or workload whose limits are set. */
export interface Limited {
  readonly projectId: string;
  /** Absent for the project. */
  readonly workloadId?: string;
}

export const idOfLimits = ({ projectId, workloadId }: Limited): string => workloadId ?? projectId;

/** Replaces the limits; gateways receive them at once. */
export async function setServingLimits(
  { limits: store, clock }: { readonly limits: ServingLimitsStore; readonly clock: Clock },
  limited: Limited,
  limits: TrafficLimits,
  caller: Principal,
): Promise<Outcome<ServingLimitsRecord>> {
  const { projectId, workloadId = null } = limited;
  const id = idOfLimits(limited);
  const updatedAt = new Date(clock.now()).toISOString();
  await store.put({ id, projectId, workloadId, limits, updatedAt, updatedBy: caller.name });
  const value = await store.find(id);
  return value === undefined ? { kind: 'not-found' } : { kind: 'done', value };
}
