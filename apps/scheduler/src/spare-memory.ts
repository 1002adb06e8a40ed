import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Logger } from '@tessera/platform-logging';

/**
 * Growth of the heap, percent of what lives, after which it is collected next. Left to itself V8 waits until it has doubled
 * and more: what is kept of a large cluster lives long, so that is memory which nobody uses.
 */
const GROWTH = 30;

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

/** Between two looks, ms. */
const RECONCILE_EVERY_MS = 5_000;
/** Who takes less than this share of a core between two looks is idle. */
const IDLE_SHARE = 0.1;
/** A heap that is larger than it was left last time by more than its ordinary growth has something to give back. */
const GROWN = 1.4;
/** Below this a heap has too little to give back for a pause, and for what runs slower right after it, bytes. */
const SMALL = 192 * 1024 ** 2;

/** What a look finds. */
export interface Reconcile {
  /** Processor time since the last look over the time between. */
  readonly cpuShare: number;
  /** Memory that the heap has from the system, bytes. */
  readonly heap: number;
}

/** Decides when an idle process gives memory back. Pure but for what it remembers of the last time. */
export class Thrift {
  private idleCycles = 0;
  private left = 0;

  /** True when the process has been idle at two looks in a row and its heap is large and has grown. */
  isDue({ cpuShare, heap }: Reconcile): boolean {
    this.idleCycles = cpuShare < IDLE_SHARE ? this.idleCycles + 1 : 0;
    return this.idleCycles >= 2 && heap > Math.max(SMALL, this.left * GROWN);
  }

  /** What the heap has from the system after a collection, bytes. */
  collected(heap: number): void {
    this.left = heap;
  }
}

/** What it takes to empty all pages that are not full, in one collection instead of a few at each. */
const COMPACTING = ['optimize-for-size', 'compact-on-every-full-gc'] as const;

/**
 * Gives memory back to the system once a burst is over. V8 keeps what it has got as long as it is not short of memory: after
 * twenty thousand pods that is as much again as what they need. The collection stops the process for two to three ms per
 * MiB in use, so it is for times in which nothing is asked, and there is one after a burst.
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
      logger.info({ heapMiB: mebibytes(heap), leftMiB: mebibytes(left), ms }, 'gave memory back');
    }
    last = { at: performance.now(), cpu: process.cpuUsage() };
  }, RECONCILE_EVERY_MS).unref();
}
