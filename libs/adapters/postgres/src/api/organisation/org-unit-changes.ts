import type { DataSource, EntityManager, EntitySchema, FindOneOptions } from 'typeorm';
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
import { written } from '../../entities/entity';
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
type OrgUnitRow = Omit<DepartmentRow, 'tenantId'> & Partial<Omit<ProjectRow, keyof DepartmentRow>>;
type Values = Partial<DepartmentRow> | Partial<ProjectRow>;

const TABLES: Readonly<Record<Scope, EntitySchema<DepartmentRow | ProjectRow>>> = {
  department: DEPARTMENTS as EntitySchema,
  project: PROJECTS as EntitySchema,
};

/** Departments and projects share one sequence of ids. */
const NEXT_ID = (): string => `nextval('api.org_ids')::text`;
/** What every change of an organisation unit sets; its message is written in the same transaction. */
const CHANGED = {
  updatedAt: () => 'now()',
  version: () => 'version + 1',
  sentVersion: () => 'version + 1',
} as const;

/**
 * Changes an organisation unit and queues the message to its cluster in one transaction. Returns the id; undefined if
 * there is no such unit.
 */
function changeOrgUnit(
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

/** Creates an organisation unit with the next id, which is returned. */
export const insertOrgUnit = (
  on: OrganisationDatabase,
  scope: Scope,
  by: string,
  values: Values,
): Promise<string | undefined> =>
  changeOrgUnit(on, scope, async (tx) => {
    const { raw } = (await tx
      .createQueryBuilder()
      .insert()
      .into(TABLES[scope])
      .values(written<OrgUnitRow>({ ...values, id: NEXT_ID, sentVersion: 1, createdBy: by, updatedBy: by }))
      .returning('id')
      .execute()) as { raw: { id: string }[] };
    return rowOf(tx, scope, raw[0]?.id ?? '');
  });

/** Updates an organisation unit; returns its id, undefined if there is no such unit. */
export const updateOrgUnit = (
  on: OrganisationDatabase,
  scope: Scope,
  id: string,
  by: string,
  values: Values,
): Promise<string | undefined> =>
  changeOrgUnit(on, scope, async (tx) => {
    await tx.update(TABLES[scope], { id }, written<OrgUnitRow>({ ...CHANGED, ...values, updatedBy: by }));
    return rowOf(tx, scope, id);
  });

/** Deletes an organisation unit; `in-use` if something refers to it. */
export async function removeOrgUnit(
  on: OrganisationDatabase,
  scope: Scope,
  id: string,
): Promise<Changed<undefined>> {
  const removed = await changing(async () => {
    const remove = async (tx: EntityManager): Promise<OrgUnitRow | null> => {
      const row = await rowOf(tx, scope, id, { lock: { mode: 'pessimistic_write' } });
      if (row === null) return null;
      await tx.delete(TABLES[scope], { id });
      return { ...row, version: row.version + 1 };
    };
    await changeOrgUnit(on, scope, remove, true);
    return 'done';
  });
  return removed.ok ? { ok: true, value: undefined } : removed;
}

const rowOf = (
  tx: EntityManager,
  scope: Scope,
  id: string,
  options: Pick<FindOneOptions, 'lock'> = {},
): Promise<OrgUnitRow | null> => tx.findOne(TABLES[scope], { where: { id }, ...options });
