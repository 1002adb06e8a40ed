import type { ResourceScope, Visibility } from '../access/access';
import type { Page, Paged, Sorting } from '../reading/workload-reader';

/** A workload of an alias; it need not exist yet. */
export interface AliasPlace {
  readonly projectId: string;
  /** Name of the workload. */
  readonly workload: string;
  /** `model` in requests to it; absent for the name that it states itself. */
  readonly model?: string | undefined;
}

export interface AliasTarget extends AliasPlace {
  /** Share of the requests, relative to the other weights. */
  readonly weight: number;
}

/** A model alias as stored. Times are RFC 3339, UTC. */
export interface ModelAliasRow {
  readonly id: string;
  readonly tenantId: number;
  readonly name: string;
  /** The project in which it counts; null for all of them. */
  readonly projectId: string | null;
  /** The same as a part of a unique key: empty for all of them. */
  readonly place: string;
  readonly targets: readonly AliasTarget[];
  readonly fallbacks: readonly AliasPlace[];
  /** Longest wait for a replica before the next workload is asked; null for the limit of all requests. */
  readonly waitSeconds: number | null;
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ModelAliasRecord extends ModelAliasRow {
  /** Place of its project; null for one of all projects. */
  readonly scope: (Required<ResourceScope> & { readonly projectName: string }) | null;
}

export interface ModelAliasQuery {
  /** Aliases of all projects, and those of projects in these parts. */
  readonly seen: Visibility;
  readonly projectIds?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

/** What a change replaces. */
export type ModelAliasChange = Pick<
  ModelAliasRow,
  'targets' | 'fallbacks' | 'waitSeconds' | 'updatedAt' | 'updatedBy'
>;

export interface ModelAliasStore {
  aliases(query: ModelAliasQuery, sorting: Sorting, page: Page): Promise<Paged<ModelAliasRecord>>;
  alias(tenantId: number, id: string): Promise<ModelAliasRecord | undefined>;
  count(tenantId: number): Promise<number>;
  /** False where the place has an alias of that name. */
  create(alias: ModelAliasRow): Promise<boolean>;
  /** False where it is gone. */
  change(id: string, change: ModelAliasChange): Promise<boolean>;
  remove(id: string): Promise<boolean>;
}
