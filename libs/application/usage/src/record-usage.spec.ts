import fc from 'fast-check';
import { formatSequence, SAMPLES, type Decoded, type EventName } from '@tessera/contracts-events';
import { gpuHours, hourOf, HOUR_MS } from '@tessera/domain-usage';
import { recordUsage, settleUsage } from './record-usage';
import { MemoryUsage } from './testing';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const END = START + 12 * HOUR_MS;
const { workloadId } = SAMPLES.created;

/** A pod as it was: from minute to minute, on so many thousandths. */
interface Pod {
  readonly from: number;
  readonly to: number;
  readonly milliGpu: number;
}

const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();
const podId = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const shareOf = (milliGpu: number) => ({
  ...SAMPLES.gpuAllocated.allocation,
  devices: [{ slot: 0, milliGpu, memoryMiB: 1 }],
});

const event = <N extends EventName>(name: N, sequence: number, time: string, data: object): Decoded => ({
  kind: 'event',
  event: {
    name,
    attributes: {
      id: `${name}-${sequence}`,
      source: '/tessera/scheduler/test',
      subject: workloadId,
      time,
      sequence: formatSequence(sequence),
      clusterid: SAMPLES.created.clusterId,
      projectid: '1',
      workloadname: 'chat',
    },
    data: { ...SAMPLES[name], ...data },
  } as never,
});

/** What a scheduler reports of the pods, in its order: at every change the events, and then the state. */
function reports(pods: readonly Pod[]): readonly Decoded[] {
  let sequence = 0;
  const records: Decoded[] = [];
  const minutes = [...new Set(pods.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  for (const minute of minutes) {
    pods.forEach(({ from, to, milliGpu }, index) => {
      const held = { podId: podId(index), allocatedAt: at(from), allocation: shareOf(milliGpu) };
      if (from === minute) records.push(event('gpuAllocated', (sequence += 1), at(minute), held));
      if (to === minute)
        records.push(event('gpuReleased', (sequence += 1), at(minute), { ...held, releasedAt: at(minute) }));
    });
    const present = pods.flatMap(({ from, to, milliGpu }, index) =>
      from <= minute && minute < to
        ? [
            {
              ...{ id: podId(index), name: `chat-${index}`, replica: index, phase: 'Running' },
              ...{ phaseUpdatedAt: at(from), createdAt: at(from), ready: true, image: 'model:1' },
              allocation: shareOf(milliGpu),
            },
          ]
        : [],
    );
    records.push(event('state', (sequence += 1), at(minute), { pods: present, updatedAt: at(minute) }));
  }
  return records;
}

/** By brute force: each minute of each pod counts in the hour that it lies in. */
function oracle(pods: readonly Pod[]): Record<string, number> {
  const hours: Record<string, number> = {};
  for (const { from, to, milliGpu } of pods)
    for (let minute = from; minute < to; minute += 1) {
      const hour = at(Math.floor(minute / 60) * 60);
      hours[hour] = (hours[hour] ?? 0) + milliGpu * 60_000;
    }
  return hours;
}

const byHour = (rows: readonly { readonly hour: number; readonly gpuTime: number }[]) => {
  const hours: Record<string, number> = {};
  for (const { hour, gpuTime } of rows) {
    const key = new Date(hour).toISOString();
    hours[key] = (hours[key] ?? 0) + gpuTime;
  }
  return hours;
};

/** Stored hours, and those that are not stored yet. */
async function total(store: MemoryUsage, now: number) {
  const open = { from: await store.settledUntil(), to: now };
  return byHour([...store.hours, ...gpuHours(await store.heldIn(open), open)]);
}

const POD = fc
  .record({
    from: fc.integer({ min: 0, max: 600 }),
    lasting: fc.integer({ min: 1, max: 119 }),
    milliGpu: fc.constantFrom(100, 286, 500, 1000, 4000),
  })
  .map(({ from, lasting, milliGpu }): Pod => ({ from, to: from + lasting, milliGpu }));

describe('the hours after all reports have arrived', () => {
  it('are those of a count by minutes, however often, late and mixed up they arrive and whenever hours are stored', async () => {
    const deliveries = fc.array(POD, { minLength: 1, maxLength: 6 }).chain((pods) =>
      fc.record({
        pods: fc.constant(pods),
        // Every report at least once, in any order, some of them again.
        order: fc.shuffledSubarray(
          reports(pods).flatMap((report) => [report, report]),
          { minLength: reports(pods).length },
        ),
        batch: fc.integer({ min: 1, max: 5 }),
        // Between batches the hours until then are stored.
        settles: fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 8 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ pods, order, batch, settles }) => {
        const store = new MemoryUsage([SAMPLES.created.clusterId]);
        const all = [...order, ...reports(pods).filter((report) => !order.includes(report))];
        for (let first = 0, turn = 0; first < all.length; first += batch, turn += 1) {
          await recordUsage(store, all.slice(first, first + batch));
          const hours = settles[turn];
          if (hours !== undefined) await settleUsage(store, Math.min(END, START + hours * HOUR_MS));
        }
        expect(await total(store, END)).toEqual(oracle(pods));
        await settleUsage(store, END);
        expect(byHour(store.hours)).toEqual(oracle(pods));
      }),
      { numRuns: 300 },
    );
  });
});

describe('at a moment while a pod runs', () => {
  const pods: Pod[] = [{ from: 30, to: 100_000, milliGpu: 500 }];
  const started = reports(pods).slice(0, 2);

  it.each([45, 60, 90, 150])('minute %d, it has been counted until then and once', async (minute) => {
    const store = new MemoryUsage([SAMPLES.created.clusterId]);
    await recordUsage(store, started);
    const now = START + minute * 60_000;
    const expected = oracle([{ from: 30, to: minute, milliGpu: 500 }]);
    expect(await total(store, now)).toEqual(expected);
    await settleUsage(store, now);
    await settleUsage(store, now);
    expect(await store.settledUntil()).toBe(hourOf(now));
    expect(await total(store, now)).toEqual(expected);
  });
});

describe('where the events of a release are lost', () => {
  it('the next state ends what it no longer names', async () => {
    const pods: Pod[] = [
      { from: 10, to: 50, milliGpu: 1000 },
      { from: 20, to: 90, milliGpu: 500 },
    ];
    const left = reports(pods).filter(
      (report) => report.kind === 'event' && report.event.name !== 'gpuReleased',
    );
    const store = new MemoryUsage([SAMPLES.created.clusterId]);
    await recordUsage(store, left);
    expect(await total(store, END)).toEqual(oracle(pods));
  });

  it('the deletion of the workload ends everything', async () => {
    const store = new MemoryUsage([SAMPLES.created.clusterId]);
    await recordUsage(store, reports([{ from: 10, to: 100, milliGpu: 1000 }]).slice(0, 2));
    await recordUsage(store, [event('deleted', 99, at(70), {})]);
    expect(await total(store, END)).toEqual(oracle([{ from: 10, to: 70, milliGpu: 1000 }]));
  });
});
