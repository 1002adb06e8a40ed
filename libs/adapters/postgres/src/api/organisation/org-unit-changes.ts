import type { DataSource, EntityManager } from 'typeorm';
import { deservedOf, type Changed } from '@tessera/application-control-plane';
import { demandRecordSize, type OutgoingRecord } from '@tessera/application-messaging';
import type { OrganisationUnit } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import {
  DEPARTMENTS,
  NODE_POOLS,
  PROJECTS,
  type DepartmentRow,
  type ProjectRow,
} from '../../entities/organisation';
import { appendOutbox } from '../../outbox';
import { changing } from '../workloads/changing';

/** What the stores of departments and projects share. */
export interface OrganisationDatabase {
  readonly dataSource: DataSource;
  /** The messages to a cluster about a changed organisation unit; they are written with the change. */
  readonly report: (orgUnit: OrganisationUnit) => readonly OutgoingRecord[];
  /** Maximum record size of the topics, bytes. Larger records are rejected with a `RecordTooLargeError`. */
  readonly recordLimit: number;
}

type Scope = OrganisationUnit['scope'];
type OrgUnitRow = Pick<DepartmentRow, 'id' | 'clusterId' | 'name' | 'version' | 'resources'> &
  Partial<Pick<ProjectRow, 'namespace' | 'inferencePolicy'>>;

/** Departments and projects share one sequence of ids. */
export const NEXT_ID = (): string => `nextval('api.org_ids')::text`;
/** What every change of an organisation unit sets. */
export const CHANGED = { updatedAt: () => 'now()', version: () => 'version + 1' } as const;

/**
 * Changes an organisation unit and queues the message to its cluster in one transaction. Returns the id; undefined if
 * there is no such unit.
 */
export function changeOrgUnit(
  { dataSource, report, recordLimit }: OrganisationDatabase,
  scope: Scope,
  change: (tx: EntityManager) => Promise<OrgUnitRow | null>,
  removed = false,
): Promise<string | undefined> {
  return dataSource.transaction(async (tx) => {
    const row = await change(tx);
    if (row === null) return undefined;
    const pools = await tx.find(NODE_POOLS, {
      select: { id: true, name: true, isDefault: true },
      where: { clusterId: row.clusterId },
    });
    const guardrails = row.inferencePolicy?.['guardrails'] as OrganisationUnit['guardrails'];
    const records = report({
      clusterId: row.clusterId,
      scope,
      id: row.id,
      name: row.name,
      version: row.version,
      removed,
      deserved: removed ? [] : deservedOf(row.resources, pools),
      ...maybe('namespace', row.namespace),
      ...maybe('guardrails', removed ? undefined : guardrails),
    });
    demandRecordSize(records, recordLimit);
    await appendOutbox(tx, 'api', records);
    return row.id;
  });
}

/** Deletes an organisation unit; `in-use` if something refers to it. */
export async function removeOrgUnit(
  on: OrganisationDatabase,
  scope: Scope,
  id: string,
): Promise<Changed<undefined>> {
  const table = scope === 'project' ? PROJECTS : DEPARTMENTS;
  const removed = await changing(async () => {
    const remove = async (tx: EntityManager): Promise<OrgUnitRow | null> => {
      const row: OrgUnitRow | null = await tx.findOne<DepartmentRow | ProjectRow>(table, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (row === null) return null;
      await tx.delete(table, { id });
      return { ...row, version: row.version + 1 };
    };
    await changeOrgUnit(on, scope, remove, true);
    return 'done';
  });
  return removed.ok ? { ok: true, value: undefined } : removed;
}
