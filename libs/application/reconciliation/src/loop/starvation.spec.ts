import { applyCommand, gpuNode, gpuPortion } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { livePlacing } from '../placement/incremental-placing';
import { ObservedTasks } from '../placement/task-history';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

const MINUTE = 60_000;
const BIG = 1_000;

/** A node of eight devices, all used by workloads of one device, and a workload of eight that waits. */
async function busyNode(keepNodeAfterMs: number) {
  const tasks: ObservedTasks = new ObservedTasks({ now: (): number => t.now() });
  const t = fakeSchedulers((clock) => new FakeCluster([gpuNode('node-a', 8)], clock), {
    placeOn: livePlacing({ policy: 'best-fit', tasks }),
    keepNodeAfterMs,
  });
  let reconciler = t.create();
  const apply = async (number: number, devices: number): Promise<string> => {
    const command = applyCommand(number, 1);
    const compute = gpuPortion(1, devices);
    const spec = { ...command.spec, compute };
    await t.workloads.change(
      command.workloadId,
      acceptApply({ ...command, spec }, t.iso(), t.reporter),
      `apply-${number}`,
    );
    reconciler.enqueueUrgent(command.workloadId);
    await reconcileUntilIdle(reconciler);
    return command.workloadId;
  };
  const end = async (id: string, number: number): Promise<void> => {
    await t.workloads.change(
      id,
      acceptRemove({ ...applyCommand(number, 1), generation: 2 }, t.iso()),
      `end-${number}`,
    );
    reconciler.enqueueUrgent(id);
    await reconcileUntilIdle(reconciler);
    t.cluster.endTerminating();
    reconciler.capacityChanged({ kinds: ['gpu', 'pod', 'quota'] });
    reconciler.enqueue(id);
    await reconcileUntilIdle(reconciler);
  };
  const running: [string, number][] = [];
  for (let number = 1; number <= 8; number += 1) running.push([await apply(number, 1), number]);
  const big = await apply(BIG, 8);
  return {
    ...t,
    big,
    apply,
    /** Time passes, the oldest small workload ends, a newcomer comes. Returns the newcomer. */
    async rotate(number: number): Promise<string> {
      t.advance(MINUTE);
      const oldest = running.shift();
      if (oldest !== undefined) await end(...oldest);
      const newcomer = await apply(number, 1);
      running.push([newcomer, number]);
      return newcomer;
    },
    async remove(id: string, number: number) {
      await end(id, number);
    },
    async reconcileAgain() {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    restart: () => (reconciler = t.create()),
    runs: (id: string) => t.cluster.replicasOf(id).length > 0,
    says: (id: string) => t.workloads.rows.get(id)?.state.phaseMessage ?? '',
  };
}

it('without keeping nodes, newcomers overtake a large workload for ever', async () => {
  const t = await busyNode(0);
  for (let number = 9; number <= 28; number += 1) expect(t.runs(await t.rotate(number))).toBe(true);
  expect(t.runs(t.big)).toBe(false);
});

it('a large workload starts once it has waited long enough, although small newcomers come all the time', async () => {
  const t = await busyNode(10 * MINUTE);
  let number = 9;
  for (; number <= 17; number += 1) expect(t.runs(await t.rotate(number))).toBe(true);
  const waiting: string[] = [];
  while (!t.runs(t.big) && number <= 40) {
    waiting.push(await t.rotate(number));
    number += 1;
  }
  expect([t.runs(t.big), number]).toEqual([true, 26]);
  expect(waiting.slice(1).map(t.runs)).toEqual(waiting.slice(1).map(() => false));
});

it('reports for whom a node is kept, to it and to those that wait because of it', async () => {
  const t = await busyNode(10 * MINUTE);
  for (let number = 9; number <= 18; number += 1) await t.rotate(number);
  const newcomer = await t.rotate(19);
  await t.reconcileAgain();
  expect(t.says(t.big)).toBe(
    '0/1 nodes: 1 lacks 8 whole devices. Node node-a is kept for it: capacity that becomes free there is reserved for it until it fits',
  );
  expect(t.says(newcomer)).toMatch(
    /^0\/1 nodes: 1 lacks 1 whole device\. Node node-a would serve it, but is kept for workload \S+, which has waited longest$/,
  );
});

it('goes on waiting under a new leader, which reads the time from the record', async () => {
  const t = await busyNode(10 * MINUTE);
  for (let number = 9; number <= 19; number += 1) await t.rotate(number);
  t.restart();
  await t.reconcileAgain();
  expect(t.runs(await t.rotate(20))).toBe(false);
});

it('gives the node back when the large workload is deleted', async () => {
  const t = await busyNode(10 * MINUTE);
  for (let number = 9; number <= 19; number += 1) await t.rotate(number);
  const waits = await t.rotate(20);
  expect(t.runs(waits)).toBe(false);
  await t.remove(t.big, BIG);
  await t.reconcileAgain();
  expect(t.runs(waits)).toBe(true);
});
