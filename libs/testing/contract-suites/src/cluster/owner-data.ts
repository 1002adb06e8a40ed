import type { CompiledWorkload } from '@tessera/application-reconciliation';
import type { HeldPlace, OwnerData } from '@tessera/contracts-kubernetes';
import { prepared, workload, type ClusterUnderTest } from './fixture';

const DATA: OwnerData = {
  wanted: '1',
  ready: '0',
  phase: 'Pending',
  reason: 'Insufficient',
  message: 'no node has room',
  concurrencyHardLimit: '',
  requestTimeoutSeconds: '',
  exposedHosts: '',
};

/** A part of the contract: the data of the owner object of a workload. */
export function describeOwnerData(opened: () => ClusterUnderTest): void {
  describe('the data of the owner object', () => {
    it('counts as written where there is no owner object, and is not written then', async () => {
      const { view, writer, accept } = opened();
      const target = workload();
      accept(target.workload);
      expect(view.hasOwnerData(target.workload, DATA)).toBe(true);
      await writer.writeOwnerData(target.workload, DATA);
      await writer.ensureFirst(target);
      expect(view.hasOwnerData(target.workload, DATA)).toBe(false);
      await writer.removeObjects(target.workload);
    });

    it('shows at once after it was written, is replaced by the next, and goes with the object', async () => {
      const cluster = opened();
      const { view, writer } = cluster;
      const target = await prepared(cluster);
      await writer.writeOwnerData(target.workload, DATA);
      expect(view.hasOwnerData(target.workload, DATA)).toBe(true);
      const later = { ...DATA, ready: '1', phase: 'Running', reason: '', message: '' };
      await writer.writeOwnerData(target.workload, later);
      expect([DATA, later].map((data) => view.hasOwnerData(target.workload, data))).toEqual([false, true]);
      await writer.removeObjects(target.workload);
      await cluster.eventually(() => expect(view.hasOwnerData(target.workload, DATA)).toBe(true));
      await writer.ensureFirst(target);
      expect(view.hasOwnerData(target.workload, later)).toBe(false);
      await writer.removeObjects(target.workload);
    });

    it('stays when a held place is written beside it', async () => {
      const cluster = opened();
      const { view, writer } = cluster;
      const target = await prepared(cluster);
      await writer.writeOwnerData(target.workload, DATA);
      const place = placeFor(target, cluster.node);
      await writer.holdPlace(target.workload, place);
      expect(view.hasOwnerData(target.workload, DATA)).toBe(true);
      expect(view.heldPlaceOf(target.workload.ref)).toEqual(place);
      await writer.holdPlace(target.workload, undefined);
      expect(view.hasOwnerData(target.workload, DATA)).toBe(true);
      await writer.removeObjects(target.workload);
    });

    it('is where a place is held: without the object none is', async () => {
      const { view, writer, accept, node } = opened();
      const target = workload();
      accept(target.workload);
      await writer.holdPlace(target.workload, placeFor(target, node));
      await writer.ensureFirst(target);
      expect(view.heldPlaceOf(target.workload.ref)).toBeUndefined();
      await writer.removeObjects(target.workload);
    });
  });
}

/** The place of an earlier replica, held for the next one. */
const placeFor = ({ workload: { ref } }: CompiledWorkload, node: string): HeldPlace => ({
  replica: `${ref.name}-1`,
  since: '2026-01-01T00:00:00.000Z',
  freedBy: { name: `${ref.name}-0`, uid: '00000000-0000-4000-8000-00000000dead' },
  allocation: { version: 1, node, kind: 'portion', devices: [{ slot: 1, milliGpu: 500, memoryMiB: 1024 }] },
  ...{ cpuMilli: 0, memoryMiB: 0, extended: {} },
});
