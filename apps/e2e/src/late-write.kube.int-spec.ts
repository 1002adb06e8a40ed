import { accepted, type ReplicaPod } from '@tessera/application-reconciliation';
import type { ApplyCommand } from '@tessera/contracts-events';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { toIntent } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';
import { describeWithService } from '@tessera/testing-services';
import { CLUSTER_LIMIT_MS, informedCluster, type InformedCluster } from './informed-cluster';
import { schedulerOn, type SchedulerOn } from './scheduler-on';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(3 * CLUSTER_LIMIT_MS);

/** How long a device may be overfull after the watch shows it, ms. */
const HEAL_MS = 5_000;
const MILLI = 600;

function lateWrite(start: () => Promise<SimulatedCluster>): void {
  let cluster: InformedCluster;
  let scheduler: SchedulerOn;
  beforeAll(async () => {
    cluster = await informedCluster(await start());
    scheduler = schedulerOn(cluster);
  }, 3 * SERVICE_START_MS);
  afterAll(async () => {
    await scheduler?.reconciler.settled();
    await cluster?.stop();
  }, SERVICE_START_MS);

  /** A workload with a share that fits once on each device, on the node under test. */
  const pinned = (number: number): ApplyCommand => {
    const command = applyCommand(number, MILLI / 1000);
    const here = { key: 'kubernetes.io/hostname', operator: 'In', values: [cluster.node] };
    const nodeAffinityRequired = { nodeSelectorTerms: [{ matchExpressions: [here] }] };
    return { ...command, spec: { ...command.spec, nodeAffinityRequired } };
  };
  const replicasOf = ({ workloadId }: ApplyCommand): readonly ReplicaPod[] =>
    cluster.view.replicasOf(workloadId);
  const milliOn = (slot: number): number =>
    cluster.view
      .replicasOn(cluster.node)
      .flatMap(({ allocation }) => allocation?.devices ?? [])
      .reduce((sum, share) => (share.slot === slot ? sum + share.milliGpu : sum), 0);

  it('ends the replica that a former leader wrote on a full device, within five seconds', async () => {
    const devices = cluster.view.nodes().find(({ name }) => name === cluster.node)?.devices ?? [];
    const holders = devices.map((_device, index) => pinned(index + 1));
    for (const holder of holders) await scheduler.apply(holder);
    await scheduler.until(() => {
      for (const holder of holders) expect(replicasOf(holder)).toMatchObject([{ ready: true }]);
    });
    const waiting = pinned(holders.length + 1);
    await scheduler.apply(waiting);
    await scheduler.until(() =>
      expect(scheduler.reconciler.unplacedOf(waiting.workloadId)).toMatchObject({ replicas: 1 }),
    );

    // The former leader had placed it before the others came, and its request arrives now.
    const target = {
      workload: accepted(waiting, waiting.createdAt),
      intent: toIntent(waiting.spec).intent,
    };
    const shares = [{ slot: 0, milliGpu: MILLI, memoryMiB: 1_024 }];
    await cluster.writer.ensureFirst(target);
    await cluster.writer.createReplica(target, {
      ordinal: 0,
      name: `${waiting.name}-late-0`,
      placement: { node: cluster.node, kind: 'portion', devices: shares },
    });
    expect(milliOn(0)).toBe(2 * MILLI);
    const seenAt = performance.now();
    const [late] = replicasOf(waiting);
    await scheduler.until(() =>
      expect(replicasOf(waiting).filter(({ uid, terminating }) => uid === late?.uid && !terminating)).toEqual(
        [],
      ),
    );
    expect(performance.now() - seenAt).toBeLessThan(HEAL_MS);

    await scheduler.until(() => expect(milliOn(0)).toBe(MILLI));
    for (const holder of holders) expect(replicasOf(holder)).toMatchObject([{ ready: true }]);
  });
}

describe('a late write of a former leader, on the simulated API server', () => {
  lateWrite(() => simulator());
});

describeWithService('kubernetes', 'a late write of a former leader, on a real API server', () => {
  lateWrite(() => realServer());
});
