import type { DataSource } from 'typeorm';
import { migrate, openDatabase, PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { SAMPLES } from '@tessera/contracts-events';
import { migratedDatabase } from '@tessera/testing-services';
import { acceptedWorkloadsContract } from './accepted-workloads';

let dataSource: DataSource;
afterAll(() => dataSource.destroy());

acceptedWorkloadsContract('on Postgres', async () => {
  const { url } = await migratedDatabase(migrate);
  dataSource = await openDatabase({ url, pool: 8, applicationName: 'accepted-workloads-contract' });
  return {
    workloads: new PostgresAcceptedWorkloads(dataSource, SAMPLES.apply.clusterId),
    records: async (id) => {
      const rows: { value: string | null }[] = await dataSource.query(
        'select value from scheduler.outbox where key = $1 order by id',
        [id],
      );
      return rows.map(({ value }) => value);
    },
  };
});
