import type { DataSource, EntityManager } from 'typeorm';
import type { Traffic, TrafficStore } from '@tessera/application-usage';
import { columnsOf, propertiesOf, recordOf, tableOf, valuesFrom } from '../../entities/statements';
import { USAGE_TRAFFIC, USAGE_WORKLOADS } from '../../entities/usage';
import { WORKLOADS } from '../../entities/workloads';
import { claimEvents } from '../../inbox';

const TRAFFIC = propertiesOf(USAGE_TRAFFIC);
const KEY = ['hour', 'workloadId', 'keyId', 'model'] as const;
const AMOUNTS = propertiesOf(USAGE_TRAFFIC, KEY);

/** Stays SQL: an upsert that adds to the row, in the order of the keys against deadlocks. */
const ADD = `insert into ${tableOf(USAGE_TRAFFIC)} (${columnsOf(USAGE_TRAFFIC, TRAFFIC)})
  select ${valuesFrom('given', KEY)}, ${AMOUNTS.map((name) => `sum(given."${name}")`).join(', ')}
  from json_to_recordset($1::json) as given (${recordOf(USAGE_TRAFFIC, TRAFFIC)})
  where exists (select from ${tableOf(USAGE_WORKLOADS)} w where w.workload_id = given."workloadId")
  group by ${valuesFrom('given', KEY)} order by ${valuesFrom('given', KEY)}
  on conflict (${columnsOf(USAGE_TRAFFIC, KEY)}) do update set ${AMOUNTS.map((name) =>
    columnsOf(USAGE_TRAFFIC, [name]),
  )
    .map((name) => `${name} = usage_traffic.${name} + excluded.${name}`)
    .join(', ')}`;

const PLACED = propertiesOf(USAGE_WORKLOADS, ['workloadId', 'updatedAt']);
/** A workload that never held a GPU is known from its own row. */
const ADD_WORKLOADS = `insert into ${tableOf(USAGE_WORKLOADS)} (workload_id, ${columnsOf(USAGE_WORKLOADS, PLACED)})
  select id, ${columnsOf(USAGE_WORKLOADS, PLACED)} from ${tableOf(WORKLOADS)} where id = any($1::uuid[]) order by id
  on conflict do nothing`;

/** Requests and tokens on Postgres: the ids of reports are claimed in the transaction that adds their amounts. */
export class PostgresTrafficStore implements TrafficStore {
  constructor(private readonly dataSource: DataSource) {}

  add(traffic: readonly Traffic[]): Promise<void> {
    return this.dataSource.transaction(async (tx: EntityManager) => {
      const ids = traffic.map(({ eventId }) => eventId).sort();
      const fresh = await claimEvents(tx, 'api', 'usage', ids);
      const added = traffic.filter(({ eventId }) => fresh.has(eventId));
      if (added.length === 0) return;
      await tx.query(ADD_WORKLOADS, [[...new Set(added.map(({ workloadId }) => workloadId))]]);
      await tx.query(ADD, [
        JSON.stringify(
          added.map(({ eventId: _id, hour, ...rest }) => ({ ...rest, hour: new Date(hour).toISOString() })),
        ),
      ]);
    });
  }
}
