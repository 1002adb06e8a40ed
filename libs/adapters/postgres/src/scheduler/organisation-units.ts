import type { DataSource } from 'typeorm';
import type { OrganisationUnits } from '@tessera/application-reconciliation';
import type { OrganisationUnit } from '@tessera/contracts-events';
import type { QuotaRule } from '@tessera/domain-quota';
import type { GuardrailOverrides } from '@tessera/domain-workload';
import { claimEvent } from '../inbox';
import type { LeaseFence } from './lease-fence';

/** Consumer name of the scheduler's commands in the inbox. */
const CONSUMER = 'commands';

/** Projects and departments in the schema `scheduler`; only the highest version of each is stored. */
export class PostgresOrganisationUnits implements OrganisationUnits {
  constructor(
    private readonly dataSource: DataSource,
    /** Without a fence, every caller may write. */
    private readonly fence?: LeaseFence,
  ) {}

  async accept(orgUnit: OrganisationUnit, eventId: string): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      await this.fence?.hold(tx);
      if (!(await claimEvent(tx, 'scheduler', CONSUMER, eventId))) return false;
      const { scope, id, name, version, removed, namespace, deserved, guardrails } = orgUnit;
      await tx.query(
        `insert into scheduler.organisation_units (scope, id, name, version, removed, namespace, deserved, guardrails)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (scope, id) do update set name = excluded.name, version = excluded.version,
           removed = excluded.removed, namespace = excluded.namespace, deserved = excluded.deserved,
           guardrails = excluded.guardrails, updated_at = now()
         where excluded.version > organisation_units.version`,
        [
          ...[scope, id, name, version, removed, namespace ?? null, JSON.stringify(deserved)],
          guardrails === undefined ? null : JSON.stringify(guardrails),
        ],
      );
      return true;
    });
  }

  quota(): Promise<readonly QuotaRule[]> {
    return this.dataSource.query(
      `select u.scope, u.id, d->>'nodePool' as pool, (d->>'milliGpu')::float8 as "deservedMilliGpu"
       from scheduler.organisation_units u, jsonb_array_elements(u.deserved) as d
       where not u.removed order by u.scope, u.id, pool`,
    );
  }

  /** Rules of projects that replace those of the platform, by the id of the project. */
  async guardrails(): Promise<
    ReadonlyMap<string, { readonly version: number; readonly overrides: GuardrailOverrides }>
  > {
    const rows: { id: string; version: string; guardrails: GuardrailOverrides }[] =
      await this.dataSource.query(
        `select id, version, guardrails from scheduler.organisation_units
       where scope = 'project' and not removed and guardrails is not null`,
      );
    return new Map(
      rows.map(({ id, version, guardrails }) => [id, { version: Number(version), overrides: guardrails }]),
    );
  }
}
