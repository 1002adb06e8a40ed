import type { PodRecord } from '@tessera/application-control-plane';
import { maybe } from '@tessera/kernel';
import { readerOf, selected } from '../../entities/statements';
import { PODS, type PodTableRow } from '../../entities/workloads';

const PROPERTIES = ['workloadId', 'state', 'updatedAt', 'deletedAt'] as const;

/** A pod as the driver reads it under the names of {@link POD_SELECTED}. */
export type PodRow = Readonly<Record<(typeof PROPERTIES)[number], unknown>>;

/** Of the alias `p`. */
export const POD_SELECTED = selected(PODS, PROPERTIES, 'p');

const read = readerOf(PODS, PROPERTIES);

/** Converts the row in place. */
export function toPod(row: PodRow): PodRecord {
  const { workloadId, state, updatedAt, deletedAt }: Pick<PodTableRow, (typeof PROPERTIES)[number]> =
    read(row);
  return { workloadId, state, updatedAt, ...maybe('deletedAt', deletedAt) };
}
