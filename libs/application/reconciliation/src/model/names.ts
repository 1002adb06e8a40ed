import { shortHash } from '@tessera/kernel';

/**
 * Name of a replica's pod: the same for the same workload, generation and ordinal, so that creating it twice gives
 * AlreadyExists. The hash keeps pods of a workload apart from those of an earlier one with the same name.
 */
export function replicaName(
  workload: { readonly id: string; readonly name: string; readonly generation: number },
  ordinal: number,
): string {
  return `${workload.name}-${shortHash(`${workload.id}/${workload.generation}`)}-${ordinal}`;
}
