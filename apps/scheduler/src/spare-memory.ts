import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Logger } from '@tessera/platform-logging';

/**
 * Heap growth that triggers the next collection, percent of live data. By default V8 waits until the heap has more than
 * doubled: the cache of a large cluster lives long, so that memory would be unused.
 */
const GROWTH = 30;

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

/** Interval between two checks, ms. */
const CHECK_EVERY_MS = 5_000;
/** A process that uses less than this share of a core between two checks is idle. */
const IDLE_SHARE = 0.1;
/** A heap that has grown by more than its ordinary growth since the last release has memory to release. */
const GROWN = 1.4;
/** Below this a heap has too little to give back for a pause, and for what runs slower right after it, bytes. */
const SMALL = 192 * 1024 ** 2;

/** Input of a check. */
export interface Check {
  /** Processor time since the last check divided by the time between. */
  readonly cpuShare: number;
  /** Memory that the heap has from the system, bytes. */
  readonly heap: number;
}

/** Decides when an idle process releases memory. Pure except for its state from the last check. */
export class Thrift {
  private idleChecks = 0;
  private left = 0;

  /** True if the process was idle at two checks in a row and its heap is large and has grown. */
  isDue({ cpuShare, heap }: Check): boolean {
    this.idleChecks = cpuShare < IDLE_SHARE ? this.idleChecks + 1 : 0;
    return this.idleChecks >= 2 && heap > Math.max(SMALL, this.left * GROWN);
  }

  /** Records the size of the heap after a collection, bytes. */
  collected(heap: number): void {
    this.left = heap;
  }
}

/** V8 flags that empty all partly filled pages in one collection instead of a few at each. */
const COMPACTING = ['optimize-for-size', 'compact-on-every-full-gc'] as const;

/**
 * Releases memory to the system once a burst is over. V8 keeps what it has as long as memory is not short: after twenty
 * thousand pods that is as much again as they need. The collection stops the process for two to three ms per MiB in
 * use, so it runs only when the process is idle, once after a burst.
 */
export function spareMemory(logger: Logger): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const thrift = new Thrift();
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  setInterval(() => {
    const { user, system } = process.cpuUsage(last.cpu);
    const cpuShare = (user + system) / 1000 / (performance.now() - last.at);
    const { total_heap_size: heap } = getHeapStatistics();
    if (thrift.isDue({ cpuShare, heap })) {
      const began = performance.now();
      for (const flag of COMPACTING) setFlagsFromString(`--${flag}`);
      collect();
      for (const flag of COMPACTING) setFlagsFromString(`--no-${flag}`);
      const { total_heap_size: left } = getHeapStatistics();
      thrift.collected(left);
      const ms = Math.round(performance.now() - began);
      logger.info({ heapMiB: mebibytes(heap), leftMiB: mebibytes(left), ms }, 'released memory');
    }
    last = { at: performance.now(), cpu: process.cpuUsage() };
  }, CHECK_EVERY_MS).unref();
}
