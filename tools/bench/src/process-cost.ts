import { readFileSync } from 'node:fs';

/** How often the kernel counts a process's time, per second (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** Resident memory of a process, MiB (proc_pid_status(5), VmRSS). */
export function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kibibytes) / 1024);
}

/** CPU time of a process so far, ms (proc_pid_stat(5), utime and stime). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
