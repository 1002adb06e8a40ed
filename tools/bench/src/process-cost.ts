import { readdirSync, readFileSync } from 'node:fs';

/** How often the kernel counts a process's time, per second (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** Resident memory of a process, MiB (proc_pid_status(5), VmRSS). */
export function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kibibytes) / 1024);
}

/** CPU time of a process so far, ms (proc_pid_stat(5), utime and stime). */
export const cpuMs = (pid: number): number => spentMs(fieldsOf(pid), [11, 12]);

/** CPU time of a process and all below it, those that ended included, ms (utime, stime, cutime and cstime). */
export function treeCpuMs(root: number): number {
  const below = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(fieldsOf(pid)[1]);
      below.set(parent, [...(below.get(parent) ?? []), pid]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const sum = (pid: number): number =>
    spentMs(fieldsOf(pid), [11, 12, 13, 14]) +
    (below.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

/** The fields from the third on: the second is a name in which anything may stand. */
const fieldsOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

const spentMs = (fields: readonly string[], which: readonly number[]): number =>
  which.reduce((sum, index) => sum + (Number(fields[index]) * 1000) / TICKS, 0);
