import type { ReplicaPod } from '@tessera/application-reconciliation';
import type { ApplyCommand } from '@tessera/contracts-events';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { applyCommand } from '@tessera/testing-builders';
import { describeWithService } from '@tessera/testing-services';
import { CLUSTER_LIMIT_MS, informedCluster, type InformedCluster } from './informed-cluster';
import { NODE_LOST_MS, schedulerOn, type SchedulerOn } from './scheduler-on';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(3 * CLUSTER_LIMIT_MS);

const COMMAND: ApplyCommand = {
  ...applyCommand(1, 1),
  spec: { image: 'model:1', compute: { cpuCoreRequest: 0.1 } },
};

function nodeLoss(start: () => Promise<SimulatedCluster>): void {
  let opened: SimulatedCluster;
  let cluster: InformedCluster;
  let scheduler: SchedulerOn;

  beforeAll(async () => {
    opened = await start();
    cluster = await informedCluster(opened);
    scheduler = schedulerOn(cluster);
    await scheduler.apply(COMMAND);
  }, 3 * SERVICE_START_MS);
  afterAll(async () => {
    await scheduler?.reconciler.settled();
    await cluster?.stop();
  }, SERVICE_START_MS);

  const replicas = (): readonly ReplicaPod[] => cluster.view.replicasOf(COMMAND.workloadId);
  const simulate = async (node: string, action: 'fail' | 'recover'): Promise<void> => {
    const { status } = await fetch(`${opened.kubelets}/simulate/nodes/${node}/${action}`, { method: 'POST' });
    expect(status).toBe(200);
  };
  const theReplica = async (where: object): Promise<ReplicaPod> => {
    await scheduler.until(() => expect(replicas()).toMatchObject([{ ready: true, ...where }]));
    const [replica] = replicas();
    if (replica === undefined) throw new Error('the replica has gone again');
    return replica;
  };

  it('gives up the replica of one lost node, and has another one elsewhere', async () => {
    const before = await theReplica({ terminating: false });
    const node = before.nodeName ?? '';
    await simulate(node, 'fail');
    await scheduler.until(() => {
      expect(cluster.view.lostNode(node)).toMatchObject({ node, gone: false });
      expect(replicas().filter(({ uid }) => uid === before.uid)).toEqual([]);
    });
    const after = await theReplica({ terminating: false });
    expect(after.nodeName).not.toBe(node);
    await simulate(node, 'recover');
    await scheduler.until(() => expect(cluster.view.lostNode(node)).toBeUndefined());
    expect((await theReplica({})).uid).toBe(after.uid);
  });

  it('gives up nothing while every node is lost, and finds its replica serving when they are back', async () => {
    const before = await theReplica({ terminating: false });
    const nodes = cluster.view.nodes().map(({ name }) => name);
    for (const node of nodes) await simulate(node, 'fail');
    await scheduler.until(() => {
      for (const node of nodes)
        expect(cluster.view.lostNode(node)?.since).toBeLessThan(Date.now() - 3 * NODE_LOST_MS);
    });
    expect(replicas().map(({ uid, terminating }) => ({ uid, terminating }))).toEqual([
      { uid: before.uid, terminating: false },
    ]);
    for (const node of nodes) await simulate(node, 'recover');
    expect((await theReplica({})).uid).toBe(before.uid);
    expect(scheduler.errors).toEqual([]);
  });
}

describe('the loss of nodes, on the simulated API server', () => {
  nodeLoss(() => simulator());
});

describeWithService('kubernetes', 'the loss of nodes, on a real API server', () => {
  nodeLoss(() => realServer());
});
