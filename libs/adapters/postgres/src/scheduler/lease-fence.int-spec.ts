import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { acceptApply, type AcceptedWorkload } from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { eventually, migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import { openDatabase } from '../data-source';
import { migrate } from '../migrate';
import { closeSession, openSession } from '../session';
import { PostgresAcceptedWorkloads } from './accepted-workloads';
import { LeaseFence } from './lease-fence';
import { PostgresOrganisationUnits } from './organisation-units';

const LEASE = 'tessera-scheduler-test';
const { apply: APPLY, orgUnit: ORG_UNIT } = SAMPLES;
const ID = APPLY.workloadId;
const REPORTER = { source: '/test', topics: { events: 'events', workloads: 'workloads' }, newId: randomUUID };

const sessions: Client[] = [];
let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await migratedDatabase(migrate);
  dataSource = await openDatabase({ url: database.url, pool: 5, applicationName: 'fence-test' });
});
afterAll(async () => {
  await Promise.all(sessions.map(closeSession));
  await dataSource.destroy();
});
beforeEach(() => dataSource.query('truncate scheduler.leadership, scheduler.workloads, scheduler.inbox'));

const command = acceptApply(APPLY, '2026-01-01T00:00:00.000Z', REPORTER);
const scheduler = () => {
  const fence = new LeaseFence(dataSource, LEASE);
  return {
    fence,
    workloads: new PostgresAcceptedWorkloads(dataSource, APPLY.clusterId, fence),
    orgUnits: new PostgresOrganisationUnits(dataSource, fence),
  };
};
const written = async (): Promise<readonly AcceptedWorkload[]> =>
  new PostgresAcceptedWorkloads(dataSource, APPLY.clusterId).load([ID]);

describe('the fence of a lease', () => {
  it('lets the leader write', async () => {
    const leader = scheduler();
    await leader.fence.raise(7);
    expect(await leader.workloads.change(ID, command, 'e1')).toBe(true);
    expect(await leader.orgUnits.accept(ORG_UNIT, 'e2')).toBe(true);
    expect(await written()).toHaveLength(1);
  });

  it('rejects a writer that never led', async () => {
    await expect(scheduler().workloads.change(ID, command, 'e1')).rejects.toThrow('no longer leads');
    expect(await written()).toEqual([]);
  });

  it('rejects a former leader that resumes after a new one took over, and stores none of its claims', async () => {
    const [old, fresh] = [scheduler(), scheduler()];
    await old.fence.raise(7);
    await fresh.fence.raise(8);
    await expect(old.workloads.change(ID, command, 'e1')).rejects.toThrow(
      'epoch 7 of the lease tessera-scheduler-test no longer leads: 8 does',
    );
    await expect(old.orgUnits.accept(ORG_UNIT, 'e2')).rejects.toThrow('no longer leads');
    expect(await written()).toEqual([]);
    // The event is still to be applied: the new leader takes it.
    expect(await fresh.workloads.change(ID, command, 'e1')).toBe(true);
    expect(await fresh.orgUnits.accept(ORG_UNIT, 'e2')).toBe(true);
  });

  it('rejects a former leader that announces its epoch late', async () => {
    await scheduler().fence.raise(8);
    await expect(scheduler().fence.raise(7)).rejects.toThrow('epoch 7');
  });

  it('lets the same epoch lead again, as after a restart with the same identity', async () => {
    await scheduler().fence.raise(7);
    const again = scheduler();
    await again.fence.raise(7);
    expect(await again.workloads.change(ID, command, 'e1')).toBe(true);
  });

  it('ends the sessions of older epochs of its lease, and no other', async () => {
    const { url } = database;
    const [old, fresh, elsewhere] = [scheduler(), scheduler(), new LeaseFence(dataSource, 'another')];
    await old.fence.raise(7);
    await elsewhere.raise(7);
    const ended: string[] = [];
    const open = async (name: string): Promise<void> => {
      const client = await openSession(url, name);
      client.on('end', () => ended.push(name));
      sessions.push(client);
    };
    const older = old.fence.sessionName('relay');
    await open(older);
    await open(elsewhere.sessionName('relay'));
    await open('another-program/7/relay');
    await fresh.fence.raise(8);
    await open(fresh.fence.sessionName('relay'));
    await fresh.fence.raise(8);
    await eventually(() => expect(ended).toEqual([older]));
  });

  it('is raised within seconds although a stopped process holds it in a transaction', async () => {
    const [old, fresh] = [scheduler(), scheduler()];
    await old.fence.raise(7);
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await old.fence.hold(holder.manager);
    const began = performance.now();
    await fresh.fence.raise(8);
    expect(performance.now() - began).toBeLessThan(8_000);
    await expect(holder.query('select 1')).rejects.toThrow();
    await holder.release();
    expect(await fresh.workloads.change(ID, command, 'e1')).toBe(true);
  });

  it('waits for writes in flight, so that none is committed after the new leader began', async () => {
    const [old, fresh] = [scheduler(), scheduler()];
    await old.fence.raise(7);
    const order: string[] = [];
    let raised: Promise<void> | undefined;
    await dataSource.transaction(async (tx) => {
      await old.fence.hold(tx);
      raised = fresh.fence.raise(8).then(() => void order.push('raised'));
      // The raise has asked for the lock once it shows up as waiting.
      for (;;) {
        const rows: unknown[] = await dataSource.query(
          `select 1 from pg_locks where locktype = 'advisory' and not granted`,
        );
        if (rows.length > 0) break;
      }
      order.push('written');
    });
    await raised;
    expect(order).toEqual(['written', 'raised']);
  });
});
