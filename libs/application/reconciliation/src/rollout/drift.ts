import type { WorkloadState } from '@tessera/contracts-events';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { ReplicaPod } from '../model/replica';
import { isReportedImage } from '../status/reported-pods';

/**
 * True if the image or the devices of a pod were changed after its creation. Such a pod is replaced. The comparison
 * uses the reported pod, so that changes of an admission webhook at creation do not count.
 */
export function wasEdited(pod: ReplicaPod, reported: WorkloadState['pods']): boolean {
  if (pod.allocation === undefined || pod.allocation.node !== pod.nodeName) return true;
  const before = reported.find(({ id }) => id === pod.uid);
  if (before === undefined) return false;
  return (
    !isReportedImage(before.image, pod.image) ||
    (before.allocation !== undefined && sharesOf(before.allocation) !== sharesOf(pod.allocation))
  );
}

/** The shares of an allocation as text; the devices behind them are reported later and do not count. */
const sharesOf = ({ kind, devices }: GpuAllocation): string =>
  JSON.stringify([
    kind,
    devices.map(({ slot, milliGpu, memoryMiB, mig }) => [
      slot,
      milliGpu,
      memoryMiB,
      mig?.profile,
      mig?.start,
    ]),
  ]);
