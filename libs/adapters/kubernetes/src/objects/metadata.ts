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

/**
 * `<name>-<suffix>` within the 63 characters of a DNS label (RFC 1123). A name that is too long is cut and gets a hash;
 * the result then has 63 characters, and never otherwise, so that no name equals the cut form of another one. In names
 * of nodes, no dash can follow a dot.
 */
export function objectName(name: string, suffix: string): string {
  const full = `${name}-${suffix}`;
  if (full.length < MOST_CHARACTERS) return full;
  const tail = `-${shortHash(name)}-${suffix}`;
  const kept = name.slice(0, MOST_CHARACTERS - tail.length);
  return (kept.endsWith('.') ? `${kept.slice(0, -1)}-` : kept) + tail;
}

const MOST_CHARACTERS = 63;
