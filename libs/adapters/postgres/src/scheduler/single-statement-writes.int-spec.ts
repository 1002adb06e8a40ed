import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  acceptApply,
  acceptRemove,
  type AcceptedWorkload,
  type DecideChange,
} from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { migratedDatabase } from '@tessera/testing-services';
import { openDatabase } from '../data-source';
import { migrate } from '../migrate';
import { PostgresAcceptedWorkloads } from './accepted-workloads';
import { LeaseFence } from './lease-fence';

const REPORTER = { source: '/test', topics: { events: 'events', workloads: 'workloads' }, newId: randomUUID };
const NOW = '2026-01-01T00:00:00.000Z';
const { clusterId } = SAMPLES.apply;

let dataSource: DataSource;
beforeAll(async () => {
  const { url } = await migratedDatabase(migrate);
  dataSource = await openDatabase({ url, pool: 8, applicationName: 'single-statement-writes-test' });
});
afterAll(() => dataSource.destroy());

function setUp(fence?: LeaseFence) {
  const workloads = new PostgresAcceptedWorkloads(dataSource, clusterId, fence);
  const id = randomUUID();
  return {
    workloads,
    id,
    apply: (generation = 1, eventId: string = randomUUID()) =>
      workloads.change(
        id,
        acceptApply({ ...SAMPLES.apply, workloadId: id, generation }, NOW, REPORTER),
        eventId,
      ),
    async read(): Promise<AcceptedWorkload> {
      const [row] = await workloads.load([id]);
      if (row === undefined) throw new Error('there is no such workload');
      return row;
    },
    records: async () =>
      (
        await dataSource.query<{ value: string }[]>(
          'select value from scheduler.outbox where key = $1 order by id',
          [id],
        )
      ).map(({ value }) => value),
  };
}

/** One more event, which is the text itself. */
const report =
  (text: string): DecideChange =>
  (current) =>
    current && {
      workload: {
        ...current,
        sequence: current.sequence + 1,
        state: { ...current.state, phaseMessage: text },
      },
      records: [{ topic: 'events', key: current.ref.workloadId, headers: { of: 'test' }, value: text }],
    };

/** The same, and what it was asked about each time. */
function asked(text: string) {
  const about: (AcceptedWorkload | undefined)[] = [];
  const decide: DecideChange = (current) => {
    about.push(current);
    return report(text)(current);
  };
  return { about, decide };
}

/** Resolves once somebody waits for an advisory lock. */
async function somebodyWaits(): Promise<void> {
  for (let waiting = 0; waiting === 0;) {
    const rows: unknown[] = await dataSource.query(
      `select 1 from pg_locks where locktype = 'advisory' and not granted`,
    );
    waiting = rows.length;
  }
}

/** Does the work while another transaction changes the workload. */
async function duringAnother(id: string, work: () => Promise<void>): Promise<void> {
  const another = dataSource.createQueryRunner();
  await another.startTransaction();
  await another.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [id]);
  await work();
  await another.commitTransaction();
  await another.release();
}

describe('a command that creates a workload', () => {
  it('writes the row and its records as decided, once', async () => {
    const t = setUp();
    const eventId = randomUUID();
    expect(await t.apply(1, eventId)).toBe(true);
    expect(await t.apply(1, eventId)).toBe(false);
    const { state: _state, ...row } = await t.read();
    const { references, ...sent } = SAMPLES.apply;
    expect(row).toMatchObject({
      generation: 1,
      createdBy: sent.createdBy,
      defaultNodePools: sent.defaultNodePools,
      spec: sent.spec,
      removed: false,
      deleted: false,
      ...maybe('references', references),
    });
    expect(await t.records()).toHaveLength(2);
  });

  it('is applied once when delivered many times concurrently', async () => {
    const t = setUp();
    const other = new PostgresAcceptedWorkloads(dataSource, clusterId);
    const command = acceptApply({ ...SAMPLES.apply, workloadId: t.id }, NOW, REPORTER);
    const eventId = randomUUID();
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? t.workloads : other).change(t.id, command, eventId)),
    );
    expect(taken.filter((one) => one)).toHaveLength(1);
    expect(await t.records()).toHaveLength(2);
  });

  it('waits for a transaction in progress that changes the same workload', async () => {
    const t = setUp();
    let taken: Promise<boolean> | undefined;
    await duringAnother(t.id, async () => {
      taken = t.apply();
      await somebodyWaits();
      expect(await t.workloads.load([t.id])).toEqual([]);
    });
    expect(await taken).toBe(true);
  });

  it('is batched with duplicates, and each has its own outcome', async () => {
    const [first, second] = [setUp(), setUp()];
    const eventId = randomUUID();
    await first.apply(1, eventId);
    const { workloads } = second;
    const apply = (workloadId: string, generation: number) =>
      acceptApply({ ...SAMPLES.apply, workloadId, generation }, NOW, REPORTER);
    const outcomes = await Promise.all([
      workloads.change(randomUUID(), apply(second.id, 1), randomUUID()),
      workloads.change(first.id, apply(first.id, 1), eventId),
      workloads.change(first.id, apply(first.id, 2), randomUUID()),
      workloads.change(second.id, apply(second.id, 1), randomUUID()),
    ]);
    expect(outcomes).toEqual([true, false, true, true]);
    expect((await first.read()).generation).toBe(2);
    expect((await second.read()).generation).toBe(1);
  });
});

describe('a new state of a row that was read', () => {
  it('is written with its records in their order', async () => {
    const t = setUp();
    await t.apply();
    expect(await t.workloads.changeRead(await t.read(), report('one'))).toBe(true);
    expect(await t.workloads.changeRead(await t.read(), report('two'))).toBe(true);
    expect((await t.read()).state.phaseMessage).toBe('two');
    expect((await t.records()).slice(-2)).toEqual(['one', 'two']);
  });

  it('is decided again if the row has changed since', async () => {
    const t = setUp();
    await t.apply();
    const read = await t.read();
    await t.apply(2);
    const { about, decide } = asked('one');
    await t.workloads.changeRead(read, decide);
    expect(about.map((current) => current?.generation)).toEqual([1, 2]);
    const now = await t.read();
    expect(now).toMatchObject({ generation: 2, state: { phaseMessage: 'one' }, sequence: read.sequence + 1 });
    await t.workloads.changeRead(read, report('two'));
    expect(await t.read()).toMatchObject({ generation: 2, sequence: read.sequence + 2 });
    expect((await t.records()).slice(-2)).toEqual(['one', 'two']);
  });

  it('does not undo a concurrent removal', async () => {
    const t = setUp();
    await t.apply();
    const read = await t.read();
    await t.workloads.change(t.id, acceptRemove({ ...read.ref, generation: 1 }, NOW), randomUUID());
    const { about, decide } = asked('one');
    await t.workloads.changeRead(read, decide);
    expect(about.map((current) => current?.removed)).toEqual([false, true]);
    expect(await t.read()).toMatchObject({ removed: true, state: { phaseMessage: 'one' } });
  });

  it('waits for a transaction in progress that changes the same workload', async () => {
    const t = setUp();
    await t.apply();
    const read = await t.read();
    let reported: Promise<boolean> | undefined;
    await duringAnother(t.id, async () => {
      reported = t.workloads.changeRead(read, report('one'));
      await somebodyWaits();
      expect(await t.read()).toEqual(read);
    });
    expect(await reported).toBe(true);
    expect((await t.read()).state.phaseMessage).toBe('one');
  });

  it('loses none of many concurrent states of two writers', async () => {
    const t = setUp();
    await t.apply();
    const read = await t.read();
    const other = new PostgresAcceptedWorkloads(dataSource, clusterId);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? t.workloads : other).changeRead(read, report(`${n}`)),
      ),
    );
    expect((await t.read()).sequence).toBe(read.sequence + 20);
    expect(await t.records()).toHaveLength(22);
  });

  it('writes nothing when nothing changed', async () => {
    const t = setUp();
    await t.apply();
    const read = await t.read();
    expect(await t.workloads.changeRead(read, () => undefined)).toBe(true);
    expect(await t.read()).toEqual(read);
  });

  it('is rejected from a former leader, and nothing is written', async () => {
    const lease = `lease-${randomUUID()}`;
    const [old, fresh] = [new LeaseFence(dataSource, lease), new LeaseFence(dataSource, lease)];
    const t = setUp(old);
    await old.raise(1);
    await t.apply();
    const read = await t.read();
    await fresh.raise(2);
    await expect(t.workloads.changeRead(read, report('late'))).rejects.toThrow('no longer leads: 2 does');
    await expect(t.apply(2)).rejects.toThrow('no longer leads');
    expect(await t.read()).toEqual(read);
  });

  it('waits while the epoch is raised, and is then rejected', async () => {
    const lease = `lease-${randomUUID()}`;
    const old = new LeaseFence(dataSource, lease);
    const t = setUp(old);
    await old.raise(1);
    await t.apply();
    const read = await t.read();
    const raising = dataSource.createQueryRunner();
    await raising.startTransaction();
    await raising.query('update scheduler.leadership set epoch = 2 where lease = $1', [lease]);
    const late = t.workloads.changeRead(read, report('late'));
    // Nobody waits for it before it is refused.
    late.catch(() => undefined);
    for (let waiting = 0; waiting === 0;) {
      const rows: unknown[] = await dataSource.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%scheduler.leadership%for share%'`,
      );
      waiting = rows.length;
    }
    await raising.commitTransaction();
    await raising.release();
    await expect(late).rejects.toThrow('no longer leads: 2 does');
    expect(await t.read()).toEqual(read);
  });
});
