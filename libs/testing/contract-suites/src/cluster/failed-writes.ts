import { LostAnswerError } from '@tessera/application-reconciliation';
import { ended, prepared, replicaOf, replicasOf, type ClusterUnderTest } from './fixture';

/** A part of the contract: writes that the cluster refuses, and those whose answer is lost. */
export function describeFailedWrites(opened: () => ClusterUnderTest): void {
  describe('a failed write', () => {
    it('can succeed without a change of the workload where the cluster did not refuse it', () => {
      const { writer } = opened();
      const problem = { final: false, reason: 'ClusterUnavailable', message: 'connection reset' };
      const error = new Error('connection reset');
      expect(writer.problemOf(error)).toEqual(problem);
      expect(writer.problemOf(new LostAnswerError(error))).toEqual(problem);
    });

    it('is final where only another workload would be taken, and not where the cluster lacks something', async () => {
      const { writer, others } = opened();
      const { forGood, forNow } = await others.refusedWrites();
      expect(writer.problemOf(forGood)).toMatchObject({ final: true, refused: true });
      expect(writer.problemOf(forNow)).toMatchObject({ final: false, refused: true });
    });
  });

  describe('a creation whose answer is lost', () => {
    it.each([true, false])(
      'is reported; whether it was carried out (%s) is found by the name',
      async (exists) => {
        const cluster = opened();
        const { writer, others } = cluster;
        const target = await prepared(cluster);
        const replica = replicaOf(target, cluster.node);
        const found = () =>
          writer.findReplica({ namespace: target.workload.ref.namespace, name: replica.name });
        others.loseNextCreation(exists);
        await expect(writer.createReplica(target, replica)).rejects.toBeInstanceOf(LostAnswerError);
        expect(await found()).toBe(exists);
        expect(replicasOf(cluster, target).map(({ name }) => name)).toEqual(exists ? [replica.name] : []);
        await writer.createReplica(target, replica);
        expect(replicasOf(cluster, target).map(({ name }) => name)).toEqual([replica.name]);
        await ended(cluster, target);
      },
    );
  });
}
