import type { UsageRow } from '@tessera/application-usage';

/** The columns of the CSV: a group of ids has its name beside it. */
export function usageTable(groupBy: readonly string[], rows: readonly UsageRow[]): string[][] {
  const header = groupBy.flatMap((key) => (hasName(key) ? [`${key}Id`, key] : [key]));
  return [
    [...header, 'allocatedGpuHours'],
    ...rows.map(({ groups, allocatedGpuHours }) => [
      ...groups.flatMap(({ key, value = '', name = '' }) => (hasName(key) ? [value, name] : [value])),
      String(allocatedGpuHours),
    ]),
  ];
}

const hasName = (key: string): boolean => ['workload', 'project', 'department'].includes(key);
