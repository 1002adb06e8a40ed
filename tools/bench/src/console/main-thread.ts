/** An event of Chromium's trace; times in µs. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Time on a processor. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

/** What a page did on its main thread, ms. */
export interface MainThread {
  /** Work of each frame: all tasks from one frame to the next, and their time on a processor. */
  readonly frames: readonly number[];
  readonly processorMs: readonly number[];
  readonly longestTaskMs: number;
  readonly seconds: number;
}

/** Names of tasks by release of Chromium; where a trace has several, they are the same tasks. */
const TASKS = ['RunTask', 'ThreadControllerImpl::RunTask'] as const;
const FRAME = 'FireAnimationFrame';

/**
 * Reads the main thread of the page that drew most frames. A frame begins with its animation callback; the tasks until
 * the next one are its work. Throws where the trace has no such thread.
 */
export function mainThreadOf(events: readonly TraceEvent[]): MainThread {
  const threads = new Map<string, number>();
  for (const { name, pid, tid } of events)
    if (name === FRAME) threads.set(`${pid} ${tid}`, (threads.get(`${pid} ${tid}`) ?? 0) + 1);
  const [busiest] = [...threads].sort(([, a], [, b]) => b - a);
  if (busiest === undefined) throw new Error('the trace has no frames');
  const thread = events.filter(({ pid, tid }) => `${pid} ${tid}` === busiest[0]);
  const [tasks = []] = TASKS.map((task) =>
    thread.filter(({ name, ph }) => ph === 'X' && name === task).sort((a, b) => a.ts - b.ts),
  ).filter(({ length }) => length > 0);
  const starts = thread
    .filter(({ name }) => name === FRAME)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  if (tasks.length === 0) throw new Error('the trace has no tasks of the main thread');
  const frames: number[] = [];
  const processorMs: number[] = [];
  let at = 0;
  // A task that runs a callback begins before it: frames are cut at the beginnings of those tasks.
  const cuts = starts.map((start) => {
    while (at < tasks.length && endOf(tasks[at]) < start) at += 1;
    return tasks[at]?.ts ?? start;
  });
  for (let frame = 0; frame + 1 < cuts.length; frame += 1) {
    const [from = 0, to = 0] = [cuts[frame], cuts[frame + 1]];
    const own = tasks.filter(({ ts }) => ts >= from && ts < to);
    frames.push(own.reduce((sum, { dur = 0 }) => sum + dur / 1000, 0));
    processorMs.push(own.reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0));
  }
  return {
    frames,
    processorMs,
    longestTaskMs: Math.max(...tasks.map(({ dur = 0 }) => dur / 1000)),
    seconds: ((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / 1e6,
  };
}

const endOf = (task: TraceEvent | undefined): number => (task === undefined ? 0 : task.ts + (task.dur ?? 0));
