import { ended, replicasOf, running, type ClusterUnderTest } from './fixture';

const SINCE = '2026-01-01T00:00:00.000Z';
const EARLIER = '00000000-0000-4000-8000-00000000dead';

/** A part of the contract: what changes on replicas that exist. */
export function describeRotation(opened: () => ClusterUnderTest): void {
  describe('the rotation', () => {
    it('leaves a replica out from a time on, and takes it back', async () => {
      const cluster = opened();
      const { target, pod } = await running(cluster);
      expect(pod).not.toHaveProperty('drainingSince');
      await cluster.writer.setRotation(pod, SINCE);
      expect(replicasOf(cluster, target)).toMatchObject([{ uid: pod.uid, drainingSince: SINCE }]);
      await cluster.writer.setRotation(pod, undefined);
      expect(replicasOf(cluster, target)[0]).not.toHaveProperty('drainingSince');
      await ended(cluster, target);
    });

    it('is not changed in place of an earlier replica of the name, or of one that has gone', async () => {
      const cluster = opened();
      const { target, pod } = await running(cluster);
      await cluster.writer.setRotation({ ...pod, uid: EARLIER }, SINCE);
      expect(replicasOf(cluster, target)[0]).not.toHaveProperty('drainingSince');
      await ended(cluster, target);
      await cluster.writer.setRotation(pod, SINCE);
      expect(replicasOf(cluster, target)).toEqual([]);
    });
  });

  it('devices are not injected in place of an earlier replica of the name, or into one that has gone', async () => {
    const cluster = opened();
    const { target, pod } = await running(cluster);
    await cluster.writer.injectDevices({ ...pod, uid: EARLIER }, ['GPU-1']);
    expect(replicasOf(cluster, target)[0]).not.toHaveProperty('devices');
    await ended(cluster, target);
    await cluster.writer.injectDevices(pod, ['GPU-1']);
    expect(replicasOf(cluster, target)).toEqual([]);
  });
}
