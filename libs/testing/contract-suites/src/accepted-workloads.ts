import { randomUUID } from 'node:crypto';
import {
  acceptApply,
  acceptRemove,
  type AcceptedWorkload,
  type AcceptedWorkloads,
  type DecideChange,
} from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';

/** The port under test, for the cluster of the samples. */
export interface AcceptedWorkloadsUnderTest {
  readonly workloads: AcceptedWorkloads;
  /** Values of the records stored for a workload, in their order. */
  records(workloadId: string): Promise<readonly (string | null)[]>;
}

const NOW = '2026-01-01T00:00:00.000Z';
const REPORTER = { source: '/test', topics: { events: 'events', workloads: 'workloads' }, newId: randomUUID };

/** What the scheduler relies on of a store of accepted workloads; run by the store on Postgres and by the fake. */
export function acceptedWorkloadsContract(
  name: string,
  open: () => Promise<AcceptedWorkloadsUnderTest>,
): void {
  describe(`accepted workloads: ${name}`, () => {
    let t: AcceptedWorkloadsUnderTest;
    let id: string;
    beforeAll(async () => void (t = await open()));
    beforeEach(() => void (id = randomUUID()));

    const apply = (generation = 1, eventId?: string): Promise<boolean> =>
      t.workloads.change(
        id,
        acceptApply({ ...SAMPLES.apply, workloadId: id, generation }, NOW, REPORTER),
        eventId,
      );
    const read = async (): Promise<AcceptedWorkload> => {
      const [row] = await t.workloads.load([id]);
      if (row === undefined) throw new Error(`there is no workload ${id}`);
      return row;
    };

    describe('a command', () => {
      it('stores the workload as decided, with its records', async () => {
        expect(await apply(1, randomUUID())).toBe(true);

        const { clusterId, createdBy, defaultNodePools, spec } = SAMPLES.apply;
        expect(await read()).toMatchObject({
          ...{ generation: 1, createdBy, defaultNodePools, spec, removed: false, deleted: false },
          ref: { workloadId: id, clusterId },
        });
        expect(await t.records(id)).toHaveLength(2);
      });

      it('is applied once when it is delivered twice', async () => {
        const eventId = randomUUID();
        expect([await apply(1, eventId), await apply(1, eventId)]).toEqual([true, false]);
        expect(await t.records(id)).toHaveLength(2);
      });

      it('is applied once when it is delivered many times concurrently', async () => {
        const eventId = randomUUID();
        const applied = await Promise.all(Array.from({ length: 8 }, () => apply(1, eventId)));
        expect(applied.filter((one) => one)).toHaveLength(1);
        expect(await t.records(id)).toHaveLength(2);
      });

      it('is claimed even when it changes nothing', async () => {
        const eventId = randomUUID();
        const nothing = (): Promise<boolean> => t.workloads.change(id, () => undefined, eventId);
        expect([await nothing(), await nothing()]).toEqual([true, false]);
        expect(await t.workloads.load([id])).toEqual([]);
      });

      it('is not claimed when its decision throws, and can be delivered again', async () => {
        const eventId = randomUUID();
        const fail: DecideChange = () => {
          throw new Error('cannot decide');
        };
        await expect(t.workloads.change(id, fail, eventId)).rejects.toThrow('cannot decide');
        expect(await t.workloads.load([id])).toEqual([]);
        expect(await apply(1, eventId)).toBe(true);
      });

      it('decides on the row that the command before it stored', async () => {
        await apply(1, randomUUID());
        await apply(2, randomUUID());
        const seen: (number | undefined)[] = [];
        await t.workloads.change(
          id,
          (current) => {
            seen.push(current?.generation);
            return undefined;
          },
          randomUUID(),
        );
        expect(seen.at(-1)).toBe(2);
      });
    });

    describe('a state of a row that was read', () => {
      it('is stored with its records in their order', async () => {
        await apply();
        for (const text of ['one', 'two'])
          expect(await t.workloads.changeRead(await read(), report(text))).toBe(true);
        expect((await read()).state.phaseMessage).toBe('two');
        expect((await t.records(id)).slice(-2)).toEqual(['one', 'two']);
      });

      it('is decided on the current row if the row has changed since', async () => {
        await apply();
        const before = await read();
        await apply(2, randomUUID());
        await t.workloads.changeRead(before, report('one'));
        expect(await read()).toMatchObject({ generation: 2, state: { phaseMessage: 'one' } });
      });

      it('does not undo a removal', async () => {
        await apply();
        const before = await read();
        await t.workloads.change(id, acceptRemove({ ...before.ref, generation: 1 }, NOW), randomUUID());
        await t.workloads.changeRead(before, report('one'));
        expect(await read()).toMatchObject({ removed: true, state: { phaseMessage: 'one' } });
      });

      it('stores nothing when nothing changed', async () => {
        await apply();
        const before = await read();
        expect(await t.workloads.changeRead(before, () => undefined)).toBe(true);
        expect(await read()).toEqual(before);
      });

      it('loses none of many concurrent ones', async () => {
        await apply();
        const before = await read();
        const texts = Array.from({ length: 20 }, (_, at) => `${at}`);
        await Promise.all(texts.map((text) => t.workloads.changeRead(before, report(text))));
        expect((await read()).sequence).toBe(before.sequence + texts.length);
        expect([...(await t.records(id)).slice(2)].sort()).toEqual([...texts].sort());
      });
    });

    describe('reading', () => {
      it('finds each known workload once, and skips unknown and invalid ids', async () => {
        await apply();
        const found = await t.workloads.load([id, 'not-a-uuid', '', id, randomUUID()]);
        expect(found.map(({ ref }) => ref.workloadId)).toEqual([id]);
      });

      it('lists a workload as active until its deletion has finished; its row stays', async () => {
        await apply();
        expect(await t.workloads.active()).toContain(id);
        await t.workloads.changeRead(
          await read(),
          (current) => current && { workload: { ...current, deleted: true }, records: [] },
        );
        expect(await t.workloads.active()).not.toContain(id);
        expect((await read()).deleted).toBe(true);
      });

      it('returns what was stored, without the fields that are absent', async () => {
        await apply();
        const { trace: _trace, ...row } = await read();
        await t.workloads.change(id, () => ({ workload: row, records: [] }));
        expect(await read()).toStrictEqual(row);
        expect(await read()).not.toHaveProperty('trace');
      });

      it('returns rows that a caller may change without changing what is stored', async () => {
        await apply();
        const row = await read();
        (row.spec as Record<string, unknown>)['changed'] = true;
        expect((await read()).spec).not.toHaveProperty('changed');
      });
    });
  });
}

/** A state of which the text is the message, with a record of the text. */
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
