import type { IdleWorkload, UsageRow } from '@tessera/application-usage';
import type { Answer } from '@tessera/contracts-rest';

const AMOUNTS = [
  'allocatedGpuHours',
  'measuredGpuHours',
  'usedGpuHours',
  'idleGpuHours',
  'requests',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'cost',
] as const;

/** The columns of the CSV: a group of ids is followed by its name. An unknown value is empty. */
export function usageTable(
  groupBy: readonly string[],
  rows: readonly UsageRow[],
  currency: string | undefined,
): string[][] {
  const header = groupBy.flatMap((key) => (hasName(key) ? [`${key}Id`, key] : [key]));
  return [
    [...header, ...AMOUNTS, 'currency'],
    ...rows.map(({ groups, ...amounts }) => [
      ...groups.flatMap(({ key, value = '', name = '' }) => (hasName(key) ? [value, name] : [value])),
      ...AMOUNTS.map((name) => String(amounts[name] ?? '')),
      currency ?? '',
    ]),
  ];
}

const hasName = (key: string): boolean => ['workload', 'project', 'department'].includes(key);

type IdleEntry = Answer<'get_idle_workloads'>['body']['workloads'][number];

/** A finding with what its workload has held since. */
export const toIdle = (
  { workload, milliGpu, idleSince, message }: IdleWorkload,
  held: UsageRow | undefined,
): IdleEntry => ({
  workloadId: workload.workloadId,
  name: workload.name,
  projectId: workload.projectId,
  projectName: workload.projectName,
  departmentId: workload.departmentId,
  allocatedGpus: milliGpu / 1000,
  idleSince: new Date(idleSince).toISOString(),
  idleGpuHours: held?.allocatedGpuHours ?? 0,
  ...(held?.cost === undefined ? {} : { cost: held.cost }),
  message,
});
