import { endOf, type Allocation, type Ending } from '@tessera/domain-usage';
import type { UsageAllocationRow } from '../../entities/usage';

const iso = (at: number): string => new Date(at).toISOString();

export function toRow(allocation: Allocation): UsageAllocationRow {
  const { startedAt, released, missed, ...rest } = allocation;
  const end = endOf(allocation);
  return {
    ...rest,
    startedAt: iso(startedAt),
    endedAt: end === undefined ? null : iso(end),
    releasedAt: released === undefined ? null : iso(released.at),
    releasedSequence: released?.sequence ?? null,
    missedAt: missed === undefined ? null : iso(missed.at),
    missedSequence: missed?.sequence ?? null,
  };
}

export function toAllocation(row: UsageAllocationRow): Allocation {
  const {
    startedAt,
    endedAt: _derived,
    releasedAt,
    releasedSequence,
    missedAt,
    missedSequence,
    ...rest
  } = row;
  return {
    ...rest,
    startedAt: Date.parse(startedAt),
    released: endingOf(releasedSequence, releasedAt),
    missed: endingOf(missedSequence, missedAt),
  };
}

const endingOf = (sequence: number | null, at: string | null): Ending | undefined =>
  sequence === null || at === null ? undefined : { sequence, at: Date.parse(at) };
