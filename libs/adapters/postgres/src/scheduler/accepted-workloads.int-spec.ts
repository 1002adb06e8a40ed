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
  dataSource = await openDatabase({ url, pool: 2, applicationName: 'accepted-workloads-test' });
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
  });
});
