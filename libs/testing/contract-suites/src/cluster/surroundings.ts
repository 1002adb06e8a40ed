import type { ClaimState, CompiledWorkload } from '@tessera/application-reconciliation';
import { ended, prepared, replicaOf, replicasOf, workload, type ClusterUnderTest } from './fixture';

/** A part of the contract: what others own and workloads meet. */
export function describeSurroundings(opened: () => ClusterUnderTest): void {
  describe('a node', () => {
    it('is lost while it is not ready, since a time that stays', async () => {
      const { view, others, eventually } = opened();
      const node = 'contract-node';
      await others.node(node, true);
      await eventually(() => {
        expect(view.nodes().map(({ name }) => name)).toContain(node);
        expect(view.lostNode(node)).toBeUndefined();
      });
      await others.node(node, false);
      await eventually(() => expect(view.lostNode(node)).toMatchObject({ node, gone: false }));
      const { since } = view.lostNode(node) ?? {};
      expect(since).toEqual(expect.any(Number));
      expect(view.lostNode(node)?.since).toBe(since);
      await others.node(node, true);
      await eventually(() => expect(view.lostNode(node)).toBeUndefined());
    });
  });

  describe('storage classes', () => {
    it('are listed while they exist, with whether they are the default', async () => {
      const { view, others, eventually } = opened();
      const listed = (): readonly object[] =>
        view.storageClasses().filter(({ name }) => name.startsWith('contract-'));
      expect(listed()).toEqual([]);
      await others.addStorageClass('contract-slow', false);
      await others.addStorageClass('contract-fast', true);
      await eventually(() => expect(listed()).toHaveLength(2));
      expect(listed()).toEqual(
        expect.arrayContaining([
          { name: 'contract-slow', isDefault: false },
          { name: 'contract-fast', isDefault: true },
        ]),
      );
      for (const name of ['contract-slow', 'contract-fast']) await others.removeStorageClass(name);
      await eventually(() => expect(listed()).toEqual([]));
    });
  });

  describe('a claim that a workload mounts', () => {
    const claimName = 'contract-claim';
    const pvc = [{ path: '/data', existingPvc: true, claimName }];

    it('is listed with its state, and with the replicas that use it until they have gone', async () => {
      const cluster = opened();
      const { view, writer, others, eventually } = cluster;
      const target = await prepared(cluster, { storage: { pvc } });
      await others.addClaim(target.workload.ref.namespace, claimName);
      const claim = (): ClaimState | undefined => view.claimsOf(target)[0];
      await eventually(() => expect(claim()?.phase).toBeDefined());
      expect(claim()).toMatchObject({
        name: claimName,
        field: 'spec.storage.pvc',
        made: false,
        users: [],
      });
      await writer.createReplica(target, replicaOf(target, cluster.node));
      const [pod] = replicasOf(cluster, target);
      expect(pod?.claims).toEqual([claimName]);
      expect(claim()?.users).toEqual([{ pod: pod?.name, node: cluster.node }]);
      await ended(cluster, target);
      expect(claim()?.users).toEqual([]);
    });
  });

  describe('a namespace that gives requests to containers without any', () => {
    const amounts = { cpuMilli: 1_500, memoryMiB: 768 };
    const asking = (target: CompiledWorkload) => opened().view.requestsOnceAdmitted(target);

    it('is expected to, and the replica asks for them', async () => {
      const cluster = opened();
      const { writer, others, eventually } = cluster;
      const none = { cpuCoreRequest: 0, cpuMemoryRequest: '0' };
      const half = { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 } as const;
      const target = await prepared(cluster, { compute: { ...half, ...none } });
      const { namespace } = target.workload.ref;
      expect(asking(target)).toBeUndefined();
      await others.limitRequests(namespace, amounts);
      await eventually(() => expect(asking(target)).toEqual({ ...amounts, extended: {} }));
      await writer.createReplica(target, replicaOf(target, cluster.node));
      expect(replicasOf(cluster, target)).toMatchObject([amounts]);
      await ended(cluster, target);
      await others.limitRequests(namespace, undefined);
      await eventually(() => expect(asking(target)).toBeUndefined());
    });
  });

  describe('the namespace of a project', () => {
    const { projectId, projectName, namespace } = workload().workload.ref;

    it('is created, and stays where it exists', async () => {
      const { writer } = opened();
      await writer.ensureNamespace({ projectId, projectName, namespace });
      await writer.ensureNamespace({ projectId, projectName, namespace });
    });

    it('is not one of Kubernetes: that is refused', async () => {
      const { writer } = opened();
      const refused = await writer
        .ensureNamespace({ projectId, projectName, namespace: 'kube-system' })
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Error);
      expect(writer.problemOf(refused)).toMatchObject({
        final: false,
        refused: true,
        reason: 'NamespaceReserved',
      });
    });
  });
}
