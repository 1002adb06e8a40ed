import type { DataSource } from 'typeorm';
import {
  LOCAL,
  migrate,
  openDatabase,
  PostgresUsageStore,
  seedLocalOrganisation,
} from '@tessera/adapter-postgres';
import type { GpuHour } from '@tessera/domain-usage';
import { migratedDatabase } from '@tessera/testing-services';
import { usageStoreContract } from './usage-store';

const HOURS = `
  select extract(epoch from hour)::float8 * 1000 as hour, workload_id as "workloadId", node_pool as "nodePool",
    gpu_type as "gpuType", mig_profile as "migProfile", gpu_time::float8 as "gpuTime"
  from api.usage_hours`;

let dataSource: DataSource;
afterAll(() => dataSource.destroy());

describe('usage on Postgres', () => {
  usageStoreContract(async () => {
    const { url } = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url, pool: 8, applicationName: 'usage-store-contract' });
    await seedLocalOrganisation(dataSource);
    return {
      store: new PostgresUsageStore(dataSource),
      clusterId: LOCAL.clusterId,
      hours: () => dataSource.query<GpuHour[]>(HOURS),
    };
  });
});
