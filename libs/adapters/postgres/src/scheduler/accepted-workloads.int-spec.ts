import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { acceptApply } from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { migratedDatabase } from '@tessera/testing-services';
import { openDatabase } from '../data-source';
import { migrate } from '../migrate';
import { PostgresAcceptedWorkloads } from './accepted-workloads';
import { LeaseFence } from './lease-fence';
import { PostgresOrganisationUnits } from './organisation-units';

const REPORTER = { source: '/test', topics: { events: 'events', workloads: 'workloads' }, newId: randomUUID };

const NOW = '2026-01-01T00:00:00.000Z';

let dataSource: DataSource;
let url: string;
beforeAll(async () => {
  ({ url } = await migratedDatabase(migrate));
  dataSource = await openDatabase({ url, pool: 8, applicationName: 'accepted-workloads-test' });
});
afterAll(() => dataSource.destroy());

describe('schedulers of two clusters on one database', () => {
  it('each manage the workloads of their own cluster', async () => {
    const schedulers = [randomUUID(), randomUUID()].map((clusterId) => ({
      clusterId,
      workloadId: randomUUID(),
      workloads: new PostgresAcceptedWorkloads(dataSource, clusterId),
    }));
    for (const { clusterId, workloadId, workloads } of schedulers) {
      const command = acceptApply(
        { ...SAMPLES.apply, clusterId, workloadId },
        '2026-01-01T00:00:00.000Z',
        REPORTER,
      );
      await workloads.change(workloadId, command);
    }
    for (const { workloadId, workloads } of schedulers)
      expect(await workloads.active()).toEqual([workloadId]);
    const [one, other] = schedulers;
    expect(await one?.workloads.load([one.workloadId, other?.workloadId ?? ''])).toHaveLength(1);
    expect(await one?.workloads.refs()).toMatchObject([{ workloadId: one?.workloadId }]);
  });

  it('find the valid ids among invalid ones, which anyone may write on an object of the cluster', async () => {
    const [clusterId, workloadId] = [randomUUID(), randomUUID()];
    const workloads = new PostgresAcceptedWorkloads(dataSource, clusterId);
    const command = { ...SAMPLES.apply, clusterId, workloadId };
    await workloads.change(workloadId, acceptApply(command, '2026-01-01T00:00:00.000Z', REPORTER));
    const found = await workloads.load(['not-a-uuid', '', workloadId, `${workloadId}'`]);
    expect(found.map(({ ref }) => ref.workloadId)).toEqual([workloadId]);
  });
});

describe('a scheduler with a pool of one connection', () => {
  it('accepts commands, writes states and reads concurrently without a second connection', async () => {
    const limits = { connectMs: 6_000, statementMs: 0, lockMs: 0, idleTransactionMs: 0 };
    const one = await openDatabase({ url, pool: 1, applicationName: 'pool-of-one', limits });
    const clusterId = randomUUID();
    const fence = new LeaseFence(one, `lease-of-${clusterId}`);
    await fence.raise(1);
    const workloads = new PostgresAcceptedWorkloads(one, clusterId, fence);
    const orgUnits = new PostgresOrganisationUnits(one, fence);
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const change = (workloadId: string, generation: number) =>
      workloads.change(
        workloadId,
        acceptApply({ ...SAMPLES.apply, clusterId, workloadId, generation }, NOW, REPORTER),
        randomUUID(),
      );
    await Promise.all(ids.map((id) => change(id, 1)));
    const work: readonly Promise<unknown>[] = [
      ...ids.map((id) => change(id, 2)),
      ...ids.map((id) => workloads.change(id, () => undefined)),
      ...ids.map((id) => workloads.load([id])),
      ...ids.map(() => orgUnits.accept(SAMPLES.orgUnit, randomUUID())),
      orgUnits.quota(),
      workloads.active(),
      fence.raise(2),
    ];
    await Promise.all(work);
    expect(await workloads.active()).toHaveLength(ids.length);
    await one.destroy();
  });
});

describe('commands and states of different workloads', () => {
  it('do not wait for each other', async () => {
    const clusterId = randomUUID();
    const workloads = new PostgresAcceptedWorkloads(dataSource, clusterId);
    const apply = (workloadId: string, eventId?: string) =>
      workloads.change(
        workloadId,
        acceptApply({ ...SAMPLES.apply, clusterId, workloadId }, '2026-01-01T00:00:00.000Z', REPORTER),
        eventId,
      );
    const held = [randomUUID(), randomUUID(), randomUUID()];
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      'select pg_advisory_xact_lock(hashtextextended(id, 0)) from unnest($1::text[]) as held (id)',
      [held],
    );
    // More of them than any number of transactions at once would leave room for.
    const states = held.map((id) => apply(id));
    const command = randomUUID();
    expect(await apply(command, randomUUID())).toBe(true);
    expect(await workloads.load([...held, command])).toHaveLength(1);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await Promise.all(states)).toEqual([true, true, true]);
    expect(await workloads.load(held)).toHaveLength(3);
  });
});
