import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What changes its name, in its schema; the kind is that of the statement `alter <kind> … rename to …`. */
const RENAMED = [
  ['table', 'scheduler.units', 'organisation_units'],
  ['index', 'scheduler.units_pkey', 'organisation_units_pkey'],
  ['table', 'api.facts', 'events'],
  ['index', 'api.facts_pkey', 'events_pkey'],
  ['index', 'api.facts_source_event_id_key', 'events_source_event_id_key'],
  ['index', 'api.facts_of', 'events_by_workload'],
  ['index', 'api.facts_at', 'events_at'],
  ['sequence', 'api.facts_position_seq', 'events_position_seq'],
  ['table', 'api.facts_forgotten', 'events_trimmed'],
  ['index', 'api.facts_forgotten_pkey', 'events_trimmed_pkey'],
  ['index', 'api.workloads_living', 'workloads_by_creation'],
  ['index', 'api.workloads_gone', 'deleted_workloads_by_creation'],
  ['index', 'api.workloads_gone_at', 'workloads_deleted_at'],
  ['index', 'api.workload_records_of', 'workload_records_by_workload'],
  ['index', 'api.pods_of', 'pods_by_workload'],
  ['index', 'api.pods_living', 'pods_by_creation'],
  ['index', 'api.pods_gone', 'pods_deleted_at'],
  ['index', 'api.addresses_of', 'addresses_by_workload'],
] as const;

/** Constraints that are no indexes, by their table after the renaming. */
const CONSTRAINTS = [
  ['scheduler.organisation_units', 'units_scope_check', 'organisation_units_scope_check'],
  ['api.events_trimmed', 'facts_forgotten_one_row_check', 'events_trimmed_one_row_check'],
] as const;

/** Tables, columns and indexes are named by the terms of the glossary. */
export class PlainNames0021 implements MigrationInterface {
  readonly name = 'PlainNames1760000000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const [kind, name, plain] of RENAMED) await runner.query(`alter ${kind} ${name} rename to ${plain}`);
    for (const [table, name, plain] of CONSTRAINTS)
      await runner.query(`alter table ${table} rename constraint ${name} to ${plain}`);
    await runner.query('alter table scheduler.workloads rename column stands_for to resolved_references');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads rename column resolved_references to stands_for');
    for (const [table, name, plain] of CONSTRAINTS)
      await runner.query(`alter table ${table} rename constraint ${plain} to ${name}`);
    for (const [kind, name, plain] of [...RENAMED].reverse()) {
      const [schema = '', earlier = ''] = name.split('.');
      await runner.query(`alter ${kind} ${schema}.${plain} rename to ${earlier}`);
    }
  }
}
