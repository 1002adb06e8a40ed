import type { WorkloadTelemetryType } from '@tessera/contracts-rest';
import type { Visibility } from '../access/access';

export interface TelemetryQuery {
  readonly seen: Visibility;
  readonly type: WorkloadTelemetryType;
  /** The present, ms since the epoch. */
  readonly now: number;
  readonly groupBy: readonly string[];
  readonly clusterId?: string;
  readonly departmentId?: string;
  readonly nodePool?: string;
  /** Only workloads in one of these phases. */
  readonly phases?: readonly string[];
}

/** The value of a group and, where it has one, the name to show for it. */
export interface Group {
  readonly value: string;
  readonly name?: string;
}

export interface TelemetryValue {
  readonly value: number;
  readonly groups: readonly ({ readonly key: string } & Group)[];
}

/** A part of a sum with all groups that it is in, by their key. */
export interface Part {
  readonly value: number;
  readonly groups: Readonly<Record<string, Group>>;
}

/** Sums of the parts in groups, the largest first; without groups one sum, if there is any part. */
export function sumsOf(parts: readonly Part[], groupBy: readonly string[]): readonly TelemetryValue[] {
  const sums = new Map<string, TelemetryValue>();
  for (const { value, groups: all } of parts) {
    const groups = groupBy.map((key) => ({ key, ...(all[key] ?? { value: '' }) }));
    const id = JSON.stringify(groups.map((group) => group.value));
    sums.set(id, { value: (sums.get(id)?.value ?? 0) + value, groups });
  }
  const placed = ({ groups }: TelemetryValue): string => groups.map(({ value }) => value).join(' ');
  return [...sums.values()].sort(
    (a, b) => b.value - a.value || placed(a).localeCompare(placed(b), 'en', { numeric: true }),
  );
}
