import type { EarlierRevision, ScalingRecord, WorkloadTrace } from '@tessera/application-reconciliation';
import type {
  OrganisationUnit,
  OrgUnitVersions,
  WorkloadRef,
  WorkloadState,
} from '@tessera/contracts-events';
import type { References } from '@tessera/domain-workload';
import { boolean, counter, integer, jsonb, NOW, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity } from './entity';

/** A workload that a scheduler accepted. Its creation time is text, exactly as the API wrote it. */
export interface AcceptedWorkloadRow {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly generation: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly defaultNodePools: readonly string[];
  readonly spec: Readonly<Record<string, unknown>>;
  readonly removed: boolean;
  readonly deleted: boolean;
  readonly sequence: number;
  readonly state: WorkloadState;
  readonly trace: WorkloadTrace | null;
  readonly references: References | null;
  readonly orgUnitVersions: OrgUnitVersions | null;
  readonly revision: number | null;
  readonly earlier: readonly EarlierRevision[] | null;
  readonly scaling: ScalingRecord | null;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

export const ACCEPTED_WORKLOADS = entity<AcceptedWorkloadRow>(
  { name: 'AcceptedWorkload', schema: 'scheduler', tableName: 'workloads' },
  {
    id: uuid(PRIMARY),
    ref: jsonb(),
    generation: integer(),
    createdBy: text(),
    createdAt: text(),
    defaultNodePools: jsonb(),
    spec: jsonb(),
    removed: boolean(),
    deleted: boolean(),
    sequence: counter(),
    state: jsonb(),
    trace: jsonb(NULLABLE),
    references: jsonb({ ...NULLABLE, name: 'resolved_references' }),
    orgUnitVersions: jsonb(NULLABLE),
    revision: integer(NULLABLE),
    earlier: jsonb({ ...NULLABLE, name: 'earlier_revisions' }),
    scaling: jsonb(NULLABLE),
    updatedAt: time(NOW),
    deletedAt: time({
      ...NULLABLE,
      generatedType: 'STORED',
      asExpression: 'case when deleted then updated_at end',
    }),
  },
  {
    indices: [
      { name: 'workloads_active', columns: ['id'], where: 'not deleted' },
      { name: 'workloads_deleted_at', columns: ['deletedAt'], where: 'deleted_at is not null' },
    ],
  },
);

/** A project or department as the API last reported it. */
export interface OrganisationUnitRow {
  readonly scope: OrganisationUnit['scope'];
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly removed: boolean;
  readonly namespace: string | null;
  readonly deserved: OrganisationUnit['deserved'];
  readonly guardrails: Required<OrganisationUnit>['guardrails'] | null;
  readonly updatedAt: string;
}

export const ORGANISATION_UNITS = entity<OrganisationUnitRow>(
  { name: 'OrganisationUnit', schema: 'scheduler', tableName: 'organisation_units' },
  {
    scope: text(PRIMARY),
    id: text(PRIMARY),
    name: text(),
    version: counter(),
    removed: boolean(),
    namespace: text(NULLABLE),
    deserved: jsonb(),
    guardrails: jsonb(NULLABLE),
    updatedAt: time(NOW),
  },
  {
    checks: [{ name: 'organisation_units_scope_check', expression: `scope in ('project', 'department')` }],
  },
);

/** The newest announced epoch of a lease. */
export interface LeadershipRow {
  readonly lease: string;
  readonly epoch: number;
  readonly raisedAt: string;
}

export const LEADERSHIP = entity<LeadershipRow>(
  { name: 'Leadership', schema: 'scheduler', tableName: 'leadership' },
  { lease: text(PRIMARY), epoch: counter(), raisedAt: time(NOW) },
);
