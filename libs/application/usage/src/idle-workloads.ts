import type { Visibility } from '@tessera/application-control-plane';
import { idleMs, idleText, type HoldingWorkload } from '@tessera/domain-usage';
import type { UsageWorkload } from './ports';

/** A workload that holds GPUs now, with its recorded activity. */
export interface Holding extends HoldingWorkload {
  readonly workload: UsageWorkload;
}

export interface IdleReader {
  /** The workloads that the caller may see and that hold GPUs. */
  holding(seen: Visibility): Promise<readonly Holding[]>;
}

/** A workload that holds GPUs without work. Times are milliseconds since the epoch. */
export interface IdleWorkload {
  readonly workload: UsageWorkload;
  readonly milliGpu: number;
  readonly idleSince: number;
  readonly message: string;
}

/** The workloads that have been idle for at least `leastMs`, those that waste most GPU time first. */
export async function idleWorkloads(
  reader: IdleReader,
  seen: Visibility,
  now: number,
  leastMs: number,
): Promise<readonly IdleWorkload[]> {
  return (await reader.holding(seen))
    .flatMap((holding) => {
      const idle = idleMs(holding, now);
      return idle === undefined || idle < leastMs ? [] : [{ ...holding, idle }];
    })
    .sort((a, b) => b.idle * b.milliGpu - a.idle * a.milliGpu)
    .map(({ workload, milliGpu, idle }) => ({
      workload,
      milliGpu,
      idleSince: now - idle,
      message: idleText(workload.name, milliGpu, idle),
    }));
}
