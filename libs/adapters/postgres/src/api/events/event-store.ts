import type { DataSource } from 'typeorm';
import { EVENTS, type TesseraEvent } from '@tessera/contracts-events';
import type { EventBounds, EventPage, EventQuery, EventStore } from '@tessera/application-control-plane';
import { EVENTS_TABLE, EVENTS_TRIMMED } from '../../entities/requests';
import { columnsOf, propertiesOf, tableOf, typesOf } from '../../entities/statements';
import { WORKLOADS } from '../../entities/workloads';
import { EVENTS_CHANNEL } from './event-notifier';
import { Conditions } from '../workloads/filters';

/** Maximum events removed by one statement. */
const PRUNED_AT_ONCE = 1_000;
/** Advisory lock for adding events; the same for all instances. */
const LOCK = `hashtext('tessera_api_events')`;

/** One parameter for any number of rows; a query builder took 1.4 times as long for 100 of them (ADR 0021). */
const ADDED = propertiesOf(EVENTS_TABLE, ['position', 'at']);
const ADD = `insert into ${tableOf(EVENTS_TABLE)} (${columnsOf(EVENTS_TABLE, ADDED)})
  select ${ADDED.map((property, at) => `(event->>'${property}')::${typesOf(EVENTS_TABLE, ADDED)[at]}`).join(', ')}
  from json_array_elements($1::json) with ordinality as given (event, place) order by place
  on conflict do nothing`;

/** An event in the JSON format of CloudEvents 1.0 (json-format §3). */
const cloudEvent = ({ name, attributes, data }: TesseraEvent): string =>
  JSON.stringify({
    specversion: '1.0',
    type: EVENTS[name].type,
    ...attributes,
    datacontenttype: 'application/json',
    data,
  });

/**
 * Events on Postgres. A sequence assigns numbers before the commit, and commits happen in any order, so adding events
 * takes a lock until the commit. Numbers then become visible in order, and a reader never skips one that is not
 * committed yet.
 */
export class PostgresEventStore implements EventStore {
  constructor(private readonly dataSource: DataSource) {}

  async record(events: readonly TesseraEvent[]): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map((event) => ({
      source: event.attributes.source,
      eventId: event.attributes.id,
      type: EVENTS[event.name].type,
      workloadId: event.attributes.subject,
      body: cloudEvent(event),
    }));
    await this.dataSource.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(${LOCK})`);
      await tx.query(ADD, [JSON.stringify(rows)]);
      await tx.query(`select pg_notify($1, '')`, [EVENTS_CHANNEL]);
    });
  }

  /** An event is visible if the caller would see its workload in the list; the same condition is used. */
  async after(query: EventQuery): Promise<EventPage> {
    const { newest } = await this.ends();
    const conditions = new Conditions();
    conditions.visible(query.seen, 'w');
    conditions.add(`f.position > ${conditions.value(query.after)}::bigint`);
    conditions.add(`f.position <= ${conditions.value(newest)}::bigint`);
    if (query.types !== undefined) conditions.add(`f.type = any(${conditions.value(query.types)})`);
    if (query.projectIds !== undefined)
      conditions.add(`w.project_id = any(${conditions.value(query.projectIds)})`);
    if (query.workloadIds !== undefined)
      conditions.add(`f.workload_id = any(${conditions.value(query.workloadIds)}::uuid[])`);
    const events: { position: string; type: string; json: string }[] = await this.dataSource.query(
      `select f.position, f.type, f.body::text as json
       from ${tableOf(EVENTS_TABLE)} f join ${tableOf(WORKLOADS)} w on w.id = f.workload_id
       ${conditions.where()} order by f.position limit ${conditions.value(query.limit)}`,
      conditions.values,
    );
    const last = events.at(-1);
    return last !== undefined && events.length === query.limit
      ? { events, position: last.position, complete: false }
      : { events, position: further(newest, query.after), complete: true };
  }

  // Both stay SQL: bounds of two tables in one read, and a delete whose result is written in the same statement.
  async ends(): Promise<EventBounds> {
    const [found]: EventBounds[] = await this.dataSource.query(
      `select greatest((select coalesce(max(position), 0) from ${tableOf(EVENTS_TABLE)}), position) as newest,
         position as forgotten from ${tableOf(EVENTS_TRIMMED)}`,
    );
    if (found === undefined)
      throw new Error(`the row of ${tableOf(EVENTS_TRIMMED)} is missing; run the migrations`);
    return found;
  }

  /** Positions and times grow together: both are assigned under the lock. */
  async before(time: string): Promise<string> {
    const [found]: { position: string }[] = await this.dataSource.query(
      `select coalesce(
         (select position from ${tableOf(EVENTS_TABLE)} where at < $1::timestamptz order by at desc limit 1),
         (select position from ${tableOf(EVENTS_TRIMMED)})) as position`,
      [time],
    );
    return found?.position ?? '0';
  }

  async prune(olderThanMs: number): Promise<void> {
    for (let removed = PRUNED_AT_ONCE; removed === PRUNED_AT_ONCE;) {
      const [found]: { removed: string }[] = await this.dataSource.query(
        `with gone as (
           delete from ${tableOf(EVENTS_TABLE)} where position = any(array(
             select position from ${tableOf(EVENTS_TABLE)}
             where at < now() - $1 * interval '1 millisecond' order by at limit $2
           )) returning position
         ),
         moved as (
           update ${tableOf(EVENTS_TRIMMED)} set position = greatest(position, (select max(position) from gone))
           where exists (select 1 from gone)
         )
         select count(*) as removed from gone`,
        [olderThanMs, PRUNED_AT_ONCE],
      );
      removed = Number(found?.removed ?? 0);
    }
  }
}

const further = (one: string, other: string): string => (BigInt(one) > BigInt(other) ? one : other);
