import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { acceptApply } from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { testDatabase } from '@tessera/testing-parts';
import { openDatabase } from '../data-source';
import { migrate } from '../migrate';
import { PostgresAcceptedWorkloads } from './accepted-workloads';

const REPORTER = { source: '/test', topics: { events: 'events', workloads: 'workloads' }, newId: randomUUID };

let dataSource: DataSource;
beforeAll(async () => {
  const { url } = await testDatabase();
  await migrate(url);
  dataSource = await openDatabase({ url, pool: 8, applicationName: 'accepted-workloads-test' });
});
afterAll(() => dataSource.destroy());

describe('schedulers of two clusters on one database', () => {
  it('each looks after the workloads of its own cluster', async () => {
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

  it('find what is asked for beside ids that are none, which anybody may write on an object of the cluster', async () => {
    const [clusterId, workloadId] = [randomUUID(), randomUUID()];
    const workloads = new PostgresAcceptedWorkloads(dataSource, clusterId);
    const command = { ...SAMPLES.apply, clusterId, workloadId };
    await workloads.change(workloadId, acceptApply(command, '2026-01-01T00:00:00.000Z', REPORTER));
    const found = await workloads.load(['not-a-uuid', '', workloadId, `${workloadId}'`]);
    expect(found.map(({ ref }) => ref.workloadId)).toEqual([workloadId]);
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
