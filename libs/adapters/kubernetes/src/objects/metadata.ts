import { type AcceptedWorkload } from '@tessera/application-reconciliation';
import { shortHash } from '@tessera/kernel';
import { LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';

/** Labels of every object of a workload; deletion selects by them. */
export function workloadLabels({ ref, generation }: AcceptedWorkload): Record<string, string> {
  return {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.workloadId]: ref.workloadId,
    [LABELS.workloadName]: ref.name,
    [LABELS.project]: ref.projectName,
    [LABELS.projectId]: ref.projectId,
    [LABELS.departmentId]: ref.departmentId,
    [LABELS.generation]: String(generation),
  };
}

/** `<workload>-<suffix>` within the 63 characters of a DNS label (RFC 1123); a long name is cut and gets a hash. */
export function objectName(workloadName: string, suffix: string): string {
  const full = `${workloadName}-${suffix}`;
  if (full.length <= 63) return full;
  const tail = `-${shortHash(workloadName)}-${suffix}`;
  return workloadName.slice(0, 63 - tail.length) + tail;
}
