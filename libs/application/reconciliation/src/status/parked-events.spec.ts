import type { ParkedRow } from '@tessera/application-messaging';
import { decodeEvent, EVENTS, formatSequence } from '@tessera/contracts-events';
import { applyCommand } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { InMemoryWorkloads } from '../testing/in-memory-workloads';
import { reportParkedEvent } from './parked-events';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const COMMAND = applyCommand(1, 0.5);
const reporter = {
  source: '/tessera/scheduler/c',
  topics: { events: 'events', workloads: 'workloads' },
  newId: () => 'parked-1',
};

/** A workload, and a parked row about it. */
async function setUp(headers: Readonly<Record<string, string>> = {}, reason = 'too large') {
  const workloads = new InMemoryWorkloads();
  await workloads.change(COMMAND.workloadId, acceptApply(COMMAND, COMMAND.createdAt, reporter), 'apply-1');
  const before = workloads.published.length;
  const parked: ParkedRow = {
    row: {
      id: '4711',
      topic: 'workloads',
      key: COMMAND.workloadId,
      headers: {
        ce_type: EVENTS.state.type,
        ce_id: 'lost-1',
        ce_subject: COMMAND.workloadId,
        ce_clusterid: COMMAND.clusterId,
        ...headers,
      },
    },
    reason,
  };
  const report = (): Promise<void> =>
    reportParkedEvent({ workloads, reporter, clusterId: COMMAND.clusterId, now: () => NOW }, parked);
  const sequence = () => workloads.rows.get(COMMAND.workloadId)?.sequence ?? 0;
  return { workloads, report, sequence, records: () => workloads.published.slice(before) };
}

describe('a parked row of the scheduler', () => {
  it('is reported to its workload by one small event, the next in order', async () => {
    const t = await setUp();
    const sequence = t.sequence();
    await t.report();
    const [record, ...others] = t.records();
    expect(others).toEqual([]);
    expect(record?.topic).toBe('events');
    expect(t.sequence()).toBe(sequence + 1);
    expect(record && decodeEvent(record)).toMatchObject({
      event: {
        name: 'messageParked',
        attributes: {
          id: 'parked-1',
          subject: COMMAND.workloadId,
          time: '2026-01-01T00:00:00.000Z',
          sequence: formatSequence(sequence + 1),
        },
        data: {
          parkedType: EVENTS.state.type,
          parkedId: 'lost-1',
          topic: 'workloads',
          row: '4711',
          reason: 'too large',
        },
      },
    });
  });

  it('is reported once, however often a relay finds it', async () => {
    const t = await setUp();
    await t.report();
    await t.report();
    expect(t.records()).toHaveLength(1);
  });

  it('is reported in few bytes, however long its reason', async () => {
    const t = await setUp({}, 'x'.repeat(100_000));
    await t.report();
    expect(JSON.stringify(t.records()[0]).length).toBeLessThan(4_096);
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['reports another one itself', { ce_type: EVENTS.messageParked.type }],
    ['belongs to another cluster', { ce_clusterid: '00000000-0000-4000-8000-000000000009' }],
    ['is about a workload that is not known', { ce_subject: '00000000-0000-4000-8000-000000000009' }],
  ])('is not reported if it %s', async (_why, headers) => {
    const t = await setUp(headers);
    await t.report();
    expect(t.records()).toEqual([]);
  });
});
