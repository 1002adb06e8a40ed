import { IsNull, Not, type DataSource } from 'typeorm';
import { orgUnitKey, type KnownQuota, type OrganisationUnits } from '@tessera/application-reconciliation';
import type { OrganisationUnit } from '@tessera/contracts-events';
import type { QuotaRule } from '@tessera/domain-quota';
import type { GuardrailOverrides } from '@tessera/domain-workload';
import { compare } from '@tessera/kernel';
import { written } from '../entities/entity';
import { ORGANISATION_UNITS, type OrganisationUnitRow } from '../entities/scheduler';
import { columnNamesOf, propertiesOf } from '../entities/statements';
import { claimEvent } from '../inbox';
import type { LeaseFence } from './lease-fence';

/** Columns that a newer version replaces. */
const REPLACED = columnNamesOf(ORGANISATION_UNITS, propertiesOf(ORGANISATION_UNITS, ['scope', 'id']));
/** Consumer name of the scheduler's commands in the inbox. */
const CONSUMER = 'commands';

type Deserved = OrganisationUnit['deserved'][number];

const byPool = (one: Deserved, other: Deserved): number => compare(one.nodePool, other.nodePool);

const ruleOf =
  (scope: QuotaRule['scope'], id: string) =>
  ({ nodePool: pool, milliGpu: deservedMilliGpu }: Deserved): QuotaRule => ({
    scope,
    id,
    pool,
    deservedMilliGpu,
  });

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
      await tx
        .createQueryBuilder()
        .insert()
        .into(ORGANISATION_UNITS)
        .values(
          written<OrganisationUnitRow>({
            ...{ scope, id, name, version, removed, deserved },
            namespace: namespace ?? null,
            guardrails: guardrails ?? null,
            updatedAt: () => 'now()',
          }),
        )
        .orUpdate(REPLACED, ['scope', 'id'], {
          overwriteCondition: { where: 'excluded.version > organisation_units.version' },
        })
        .updateEntity(false)
        .execute();
      return true;
    });
  }

  /** One query, so that rules and versions are of one moment. */
  async quota(): Promise<KnownQuota> {
    const units = await this.dataSource.getRepository(ORGANISATION_UNITS).find({
      select: { scope: true, id: true, version: true, removed: true, deserved: true },
      order: { scope: 'ASC', id: 'ASC' },
    });
    return {
      rules: units
        .filter(({ removed }) => !removed)
        .flatMap(({ scope, id, deserved }) => [...deserved].sort(byPool).map(ruleOf(scope, id))),
      versions: new Map(units.map(({ scope, id, version }) => [orgUnitKey(scope, id), version])),
    };
  }

  /** Rules of projects that replace those of the platform, by the id of the project. */
  async guardrails(): Promise<
    ReadonlyMap<string, { readonly version: number; readonly overrides: GuardrailOverrides }>
  > {
    const rows = await this.dataSource.getRepository(ORGANISATION_UNITS).find({
      where: { scope: 'project', removed: false, guardrails: Not(IsNull()) },
    });
    return new Map(rows.map(({ id, version, guardrails }) => [id, { version, overrides: guardrails ?? {} }]));
  }
}
