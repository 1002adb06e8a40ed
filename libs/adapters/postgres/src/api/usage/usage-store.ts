import { maybe } from '@tessera/kernel';
import { In, LessThan, MoreThan, Raw, type DataSource, type EntityManager } from 'typeorm';
import type { UsageStore, UsageTransaction, UsageWorkload } from '@tessera/application-usage';
import type { Allocation, GpuHour, Period } from '@tessera/domain-usage';
import { written } from '../../entities/entity';
import { CLUSTERS } from '../../entities/organisation';
import {
  USAGE_ALLOCATIONS,
  USAGE_HOURS,
  USAGE_SETTLED,
  USAGE_WORKLOADS,
  type UsageWorkloadRow,
} from '../../entities/usage';
import { toAllocation, toRow } from './allocation-row';

/** Rows of one insert, so that its parameters stay below Postgres' limit. */
const AT_ONCE = 1_000;

/**
 * Usage on Postgres. Whatever writes it takes one lock until the commit, so that hours are always computed from all
 * allocations that were recorded before.
 */
export class PostgresUsageStore implements UsageStore {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (tx: UsageTransaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(hashtext('tessera_api_usage'))`);
      return work(new Transaction(manager));
    });
  }
}

const iso = (at: number): string => new Date(at).toISOString();

class Transaction implements UsageTransaction {
  constructor(private readonly manager: EntityManager) {}

  async settledUntil(): Promise<number> {
    const { until } = await this.manager.getRepository(USAGE_SETTLED).findOneByOrFail({ id: 1 });
    return Date.parse(until);
  }

  async settle(until: number): Promise<void> {
    await this.manager.getRepository(USAGE_SETTLED).update({ id: 1 }, { until: iso(until) });
  }

  async saveWorkloads(workloads: readonly UsageWorkload[]): Promise<ReadonlySet<string>> {
    if (workloads.length === 0) return new Set();
    const clusterIds = [...new Set(workloads.map(({ clusterId }) => clusterId))];
    const clusters = await this.manager.getRepository(CLUSTERS).findBy({ id: In(clusterIds) });
    const tenants = new Map(clusters.map(({ id, tenantId }) => [id, tenantId]));
    const rows = workloads.flatMap((workload) => {
      const tenantId = tenants.get(workload.clusterId);
      return tenantId === undefined ? [] : [{ ...workload, tenantId }];
    });
    const repository = this.manager.getRepository(USAGE_WORKLOADS);
    const found = await repository.findBy({
      workloadId: anyOf(
        'workloads',
        rows.map(({ workloadId }) => workloadId),
      ),
    });
    const known = new Map(found.map((row) => [row.workloadId, row]));
    const changed = rows.filter((row) => !isSame(row, known.get(row.workloadId)));
    for (const part of partsOf(changed))
      await repository.upsert(
        part.map((row) => written<UsageWorkloadRow>({ ...row, updatedAt: () => 'now()' })),
        ['workloadId'],
      );
    return new Set(rows.map(({ workloadId }) => workloadId));
  }

  async known(podIds: readonly string[], workloadIds: readonly string[]): Promise<readonly Allocation[]> {
    const rows = await this.manager.getRepository(USAGE_ALLOCATIONS).find({
      where: [
        { podId: anyOf('pods', podIds) },
        { workloadId: anyOf('workloads', workloadIds), endedAt: Raw((column) => `${column} is null`) },
      ],
    });
    return rows.map(toAllocation);
  }

  async save(allocations: readonly Allocation[]): Promise<void> {
    for (const part of partsOf(allocations))
      await this.manager.getRepository(USAGE_ALLOCATIONS).upsert(part.map(toRow), ['podId']);
  }

  async heldIn({ from, to }: Period, workloadId?: string): Promise<readonly Allocation[]> {
    const within = {
      startedAt: LessThan(iso(to)),
      ...maybe('workloadId', workloadId),
    };
    const rows = await this.manager.getRepository(USAGE_ALLOCATIONS).find({
      where: [
        { ...within, endedAt: Raw((column) => `${column} is null`) },
        { ...within, endedAt: MoreThan(iso(from)) },
      ],
    });
    return rows.map(toAllocation);
  }

  async replaceHours({ from, to }: Period, rows: readonly GpuHour[], workloadId?: string): Promise<void> {
    const hours = this.manager.getRepository(USAGE_HOURS);
    await hours.delete({
      hour: Raw((column) => `${column} >= :from and ${column} < :to`, { from: iso(from), to: iso(to) }),
      ...maybe('workloadId', workloadId),
    });
    for (const part of partsOf(rows))
      await hours.insert(part.map(({ hour, ...row }) => ({ ...row, hour: iso(hour) })));
  }
}

const isSame = (row: UsageWorkload, known: UsageWorkload | undefined): boolean =>
  known !== undefined &&
  Object.entries(row).every(([name, value]) => known[name as keyof UsageWorkload] === value);

/** One parameter for any number of values; its name belongs to the whole query, so each use has its own. */
const anyOf = (name: string, values: readonly string[]) =>
  Raw((column) => `${column} = any(:${name}::uuid[])`, { [name]: values });

function partsOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) parts.push(all.slice(at, at + AT_ONCE));
  return parts;
}
