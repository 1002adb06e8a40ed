import { steadyClock } from '@tessera/kernel';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers, START } from '../testing/scheduler';

const HOUR_MS = 3_600_000;

it.each([HOUR_MS, -HOUR_MS])(
  'a failed creation is retried after its backoff though the wall clock steps by %d ms',
  async (step) => {
    const time = { wall: START, elapsed: 0 };
    const wall = { now: () => time.wall, elapsedMs: () => time.elapsed };
    const { workloads, cluster, reporter, create, iso } = fakeSchedulers(
      () => new FakeCluster([gpuNode('node-a', 1)]),
      { clock: steadyClock(wall), wall },
    );
    const reconciler = create();
    const command = applyCommand(1, 1);
    const id = command.workloadId;
    await workloads.change(id, acceptApply(command, iso(), reporter), 'apply');
    cluster.nextCreateError = new Error('refused');
    reconciler.enqueue(id);
    await reconcileUntilIdle(reconciler);
    expect(cluster.pods.size).toBe(0);
    const wait = reconciler.waitMs() ?? Infinity;
    time.wall += step;
    expect(reconciler.waitMs()).toBe(wait);
    time.elapsed += wait;
    await reconcileUntilIdle(reconciler);
    expect(cluster.pods.size).toBe(1);
    const { conditions } = workloads.rows.get(id)?.state ?? { conditions: [] };
    expect(conditions.some(({ lastTransitionTime }) => Date.parse(lastTransitionTime) === START + step)).toBe(
      true,
    );
  },
);
