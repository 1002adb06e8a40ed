import type { AcceptedWorkload, WorkloadTrace } from '@tessera/application-reconciliation';
import type { WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { References } from '@tessera/domain-workload';

export interface WorkloadRow {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly generation: number;
  readonly created_by: string;
  readonly created_at: string;
  readonly default_node_pools: readonly string[];
  readonly spec: Readonly<Record<string, unknown>>;
  readonly removed: boolean;
  readonly gone: boolean;
  readonly sequence: string;
  readonly state: WorkloadState;
  readonly trace: WorkloadTrace | null;
  readonly resolved_references: References | null;
}

export const toWorkload = (row: WorkloadRow): AcceptedWorkload => ({
  ref: row.ref,
  generation: row.generation,
  createdBy: row.created_by,
  createdAt: row.created_at,
  defaultNodePools: row.default_node_pools,
  spec: row.spec,
  removed: row.removed,
  gone: row.gone,
  sequence: Number(row.sequence),
  state: row.state,
  ...(row.resolved_references === null ? {} : { references: row.resolved_references }),
  ...(row.trace === null ? {} : { trace: row.trace }),
});

/** Columns of the table, in the order of {@link GIVEN}. */
export const COLUMNS = `id, ref, generation, created_by, created_at, default_node_pools, spec, removed, gone, sequence, state,
  trace, resolved_references`;
/** Reads all fields of workloads from JSON in one pass over the text. */
export const GIVEN = `id uuid, ref jsonb, generation integer, "createdBy" text, "createdAt" text, "defaultNodePools" jsonb,
  spec jsonb, removed boolean, gone boolean, sequence bigint, state jsonb, trace jsonb, "references" jsonb`;
export const GIVEN_NAMES = `id, ref, generation, "createdBy", "createdAt", "defaultNodePools", spec, removed, gone, sequence,
  state, trace, "references"`;

/** Inserts or replaces each row. */
export const SAVE = `insert into scheduler.workloads (${COLUMNS})
    select ${GIVEN_NAMES} from json_to_recordset($1::json) as given (${GIVEN})
    on conflict (id) do update set ref = excluded.ref, generation = excluded.generation, created_by = excluded.created_by,
      created_at = excluded.created_at, default_node_pools = excluded.default_node_pools, spec = excluded.spec,
      removed = excluded.removed, gone = excluded.gone, sequence = excluded.sequence, state = excluded.state,
      trace = excluded.trace, resolved_references = excluded.resolved_references, updated_at = now()`;
