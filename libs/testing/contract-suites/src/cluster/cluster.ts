import { groupKey, type CompiledWorkload, type ReplicaPod } from '@tessera/application-reconciliation';
import { replicaPod } from '@tessera/application-reconciliation/testing';
import { describeFailedWrites } from './failed-writes';
import * as fixture from './fixture';
import { replicaOf, workload, type ClusterUnderTest } from './fixture';
import { describeOwnerData } from './owner-data';
import { describeRotation } from './rotation';
import { describeSurroundings } from './surroundings';

export type { ClusterUnderTest, OthersOnCluster } from './fixture';

/**
 * Contract suite of {@link ClusterView} and {@link ClusterWriter}, which the reconciler reads and writes. Call it inside
 * a `describe`. It runs against the fake of the specifications and against informers on an API server; where they differ
 * the fake is wrong. `open` is called once.
 */
export function clusterContract(open: () => Promise<ClusterUnderTest>): void {
  let cluster: ClusterUnderTest;
  beforeAll(async () => {
    cluster = await open();
  });

  const prepared = () => fixture.prepared(cluster);
  const replicasOf = (target: CompiledWorkload) => fixture.replicasOf(cluster, target);
  const running = (slot?: number) => fixture.running(cluster, slot);
  const ended = (target: CompiledWorkload) => fixture.ended(cluster, target);

  describe('nodes', () => {
    it('are listed with their devices and without replicas', () => {
      const found = cluster.view.nodes().find(({ name }) => name === cluster.node);
      expect(found).toMatchObject({ unschedulable: false, replicas: [] });
      expect(found?.devices.map(({ slot }) => slot).slice(0, 2)).toEqual([0, 1]);
    });

    it('are lost and gone where the cluster has none of that name, and healthy while they are ready', () => {
      expect(cluster.view.lostNode('no-such-node')).toMatchObject({ node: 'no-such-node', gone: true });
      expect(cluster.view.lostNode(cluster.node)).toBeUndefined();
    });
  });

  describe('an assumed replica', () => {
    const assumed = ({ workload: { ref } }: CompiledWorkload): ReplicaPod => {
      const devices = [{ slot: 1, milliGpu: 500, memoryMiB: 1024 }];
      return replicaPod({
        uid: '',
        name: `${ref.name}-0`,
        namespace: ref.namespace,
        workloadId: ref.workloadId,
        nodeName: cluster.node,
        allocation: { version: 1, node: cluster.node, kind: 'portion', devices },
      });
    };

    it('counts for its workload, its node and its device until it is forgotten', () => {
      const target = workload();
      cluster.accept(target.workload);
      const replica = assumed(target);
      const group = groupKey({ node: cluster.node, slot: 1 });
      cluster.view.takeChangedNodes();
      cluster.view.assume(replica);
      expect(cluster.view.takeChangedNodes().has(cluster.node)).toBe(true);
      expect(replicasOf(target)).toMatchObject([{ name: replica.name }]);
      expect(cluster.view.replicasOn(cluster.node)).toContainEqual(replica);
      expect(cluster.view.isShared(group)).toBe(true);
      cluster.view.forget(replica);
      expect(replicasOf(target)).toEqual([]);
      expect(cluster.view.replicasOn(cluster.node)).not.toContainEqual(replica);
      expect(cluster.view.isShared(group)).toBe(false);
    });

    it('gives way to its pod, which stays when the assumed one is forgotten', async () => {
      const target = await prepared();
      const replica = assumed(target);
      cluster.view.assume(replica);
      await cluster.writer.createReplica(target, replicaOf(target, cluster.node));
      cluster.view.forget(replica);
      const found = replicasOf(target);
      expect(found.map(({ name }) => name)).toEqual([replica.name]);
      expect(found[0]?.uid).not.toBe('');
      await ended(target);
    });
  });

  describe('a replica', () => {
    it('cannot be created before the owner object of its workload', async () => {
      const target = workload();
      cluster.accept(target.workload);
      await expect(cluster.writer.createReplica(target, replicaOf(target, cluster.node))).rejects.toThrow(
        /owner object/,
      );
      expect(replicasOf(target)).toEqual([]);
    });

    it('shows at once as it was planned, and once however often it is created', async () => {
      const { target, pod } = await running();
      await cluster.writer.createReplica(target, replicaOf(target, cluster.node));
      expect(replicasOf(target).map(({ uid }) => uid)).toEqual([pod.uid]);
      expect(pod).toMatchObject({
        workloadId: target.workload.ref.workloadId,
        projectId: target.workload.ref.projectId,
        ordinal: 0,
        generation: target.workload.generation,
        terminating: false,
        nodeName: cluster.node,
        allocation: { kind: 'portion', devices: [{ slot: 0, milliGpu: 500 }] },
      });
      expect(cluster.view.replicasOn(cluster.node).map(({ uid }) => uid)).toContain(pod.uid);
      await ended(target);
    });

    it('is found by its name once it exists, and then shows if it did not before', async () => {
      const target = await prepared();
      const { namespace } = target.workload.ref;
      const { name } = replicaOf(target, cluster.node);
      expect(await cluster.writer.findReplica({ namespace, name })).toBe(false);
      await cluster.writer.createReplica(target, replicaOf(target, cluster.node));
      expect(await cluster.writer.findReplica({ namespace, name })).toBe(true);
      expect(replicasOf(target)).toMatchObject([{ name }]);
      await ended(target);
    });

    it('ends after it was asked to, and asking again has no effect', async () => {
      const { target, pod } = await running();
      await cluster.writer.removeReplica(pod);
      await cluster.writer.removeReplica(pod);
      await cluster.eventually(() => expect(replicasOf(target)).toEqual([]));
      await cluster.writer.removeReplica(pod);
    });

    it('is gone at once where its node is not waited for', async () => {
      const { target, pod } = await running();
      await cluster.writer.removeReplica(pod, { atOnce: true });
      expect(replicasOf(target)).toEqual([]);
    });

    it('is not removed in place of an earlier one of its name', async () => {
      const { target, pod } = await running();
      await cluster.writer.removeReplica({ ...pod, uid: '00000000-0000-4000-8000-00000000dead' });
      expect(replicasOf(target)).toMatchObject([{ uid: pod.uid, terminating: false }]);
      await ended(target);
    });
  });

  describe('a place that is held for a successor', () => {
    it('counts on its node once the replica that frees it has gone, until the successor exists', async () => {
      const { target, pod } = await running();
      const { name, uid, allocation, cpuMilli, memoryMiB, extended } = pod;
      if (allocation === undefined) throw new Error('the replica has no allocation');
      const replica = `${target.workload.ref.name}-1`;
      const place = {
        ...{ replica, freedBy: { name, uid }, since: '2026-01-01T00:00:00.000Z' },
        ...{ allocation, cpuMilli, memoryMiB, extended },
      };
      const counted = (): readonly string[] =>
        cluster.view
          .replicasOn(cluster.node)
          .filter(({ workloadId }) => workloadId === target.workload.ref.workloadId)
          .map((one) => one.uid);
      const group = groupKey({ node: cluster.node, slot: 0 });
      await cluster.writer.holdPlace(target.workload, place);
      expect(cluster.view.heldPlaceOf(target.workload.ref)).toEqual(place);
      expect(counted()).toEqual([uid]);
      await ended(target);
      await cluster.eventually(() => expect(counted()).toEqual(['']));
      expect(replicasOf(target)).toEqual([]);
      expect(cluster.view.isShared(group)).toBe(true);
      await cluster.writer.createReplica(target, {
        ...replicaOf(target, cluster.node),
        ordinal: 1,
        name: replica,
      });
      expect(counted()).toEqual(replicasOf(target).map((one) => one.uid));
      await cluster.writer.holdPlace(target.workload, undefined);
      expect(cluster.view.heldPlaceOf(target.workload.ref)).toBeUndefined();
      await ended(target);
      expect(counted()).toEqual([]);
    });
  });

  describe('the owned objects of a workload', () => {
    it('are complete after they were ensured, twice too, and missing after they were removed', async () => {
      const target = workload();
      cluster.accept(target.workload);
      expect(cluster.view.hasObjects(target)).toBe(false);
      expect(await cluster.writer.ensureObjects(target)).toBeUndefined();
      expect(await cluster.writer.ensureObjects(target)).toBeUndefined();
      await cluster.eventually(() => expect(cluster.view.hasObjects(target)).toBe(true));
      await cluster.writer.removeObjects(target.workload);
      await cluster.writer.removeObjects(target.workload);
      await cluster.eventually(() => expect(cluster.view.hasObjects(target)).toBe(false));
    });

    it('include no claims where the workload mounts none', async () => {
      expect(cluster.view.claimsOf(workload())).toEqual([]);
    });
  });

  describe('a reservation pod', () => {
    const group = () => ({ node: cluster.node, slot: 1 });
    const found = () => cluster.view.reservationPodOf(groupKey(group()));
    const remove = async (): Promise<void> => {
      const pod = found();
      if (pod !== undefined) await cluster.writer.removeReservationPod(pod);
    };
    afterEach(remove);

    it('is created once for a device, and shows at once', async () => {
      await cluster.writer.createReservationPod(group());
      const { uid } = found() ?? {};
      await cluster.writer.createReservationPod(group());
      expect(found()).toMatchObject({ ...group(), uid, terminating: false });
      expect([...cluster.view.reservationPods()].map((pod) => pod.uid)).toEqual([uid]);
      const withDevice = found()?.device !== undefined;
      expect([...cluster.view.reservationPodsWithoutDevice()]).toEqual(withDevice ? [] : [found()]);
      expect(cluster.view.reservationPodsOn(cluster.node).map((pod) => pod.uid)).toEqual([uid]);
      expect(cluster.view.reservationPodsOn('another-node')).toEqual([]);
      // Readers compare the list with their last one to see whether something on the node has changed.
      for (const list of ['reservationPodsOn', 'replicasOn'] as const)
        expect(cluster.view[list](cluster.node)).toBe(cluster.view[list](cluster.node));
    });

    it('changes its node', async () => {
      cluster.view.takeChangedNodes();
      await cluster.writer.createReservationPod(group());
      const node = cluster.view.nodes().find(({ name }) => name === cluster.node);
      expect(cluster.view.takeChangedNodes().get(cluster.node)).toEqual(node);
      expect(node).toBeDefined();
    });

    it('is gone once its removal resolves, and is not removed in place of an earlier one', async () => {
      await cluster.writer.createReservationPod(group());
      const pod = found();
      if (pod === undefined) throw new Error('the reservation pod does not show in the view');
      await cluster.writer.removeReservationPod({ ...pod, uid: '00000000-0000-4000-8000-00000000dead' });
      await cluster.eventually(() => expect(found()?.uid).toBe(pod.uid));
      await cluster.writer.removeReservationPod(pod);
      expect(found()).toBeUndefined();
      await cluster.writer.removeReservationPod(pod);
    });

    it('may be idle from the moment no replica shares its device, which is reported once', async () => {
      await cluster.writer.createReservationPod(group());
      const key = groupKey(group());
      expect(cluster.view.takeFreed()).toContain(key);
      const { target, pod } = await running(1);
      expect(cluster.view.isShared(key)).toBe(true);
      cluster.view.takeFreed();
      await cluster.writer.removeReplica(pod);
      await cluster.eventually(() => expect(replicasOf(target)).toEqual([]));
      expect(cluster.view.isShared(key)).toBe(false);
      expect(cluster.view.takeFreed()).toContain(key);
      expect(cluster.view.takeFreed()).not.toContain(key);
    });

    it('leaves its device to the replica into which it is injected', async () => {
      await cluster.writer.createReservationPod(group());
      const { target, pod } = await running(1);
      expect(pod.devices).toBeUndefined();
      await cluster.writer.injectDevices(pod, ['GPU-1']);
      await cluster.eventually(() => expect(replicasOf(target)).toMatchObject([{ devices: ['GPU-1'] }]));
      await ended(target);
    });
  });

  const opened = (): ClusterUnderTest => cluster;
  describeRotation(opened);
  describeOwnerData(opened);
  describeSurroundings(opened);
  describeFailedWrites(opened);
}
