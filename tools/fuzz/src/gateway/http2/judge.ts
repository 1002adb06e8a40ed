import { forgery } from '../judge';
import type { Recorded } from '../recorder';
import type { FramesPlayed } from './client';
import type { FrameScript } from './script';

/** What is wrong with how a connection went: hung, or a request at a pod that it does not name. */
export function framesProblem(
  played: FramesPlayed,
  recorded: readonly Recorded[],
  { workloads }: FrameScript,
): string | undefined {
  if (played.end === 'hung') return `neither answered nor closed after ${played.ms} ms`;
  for (const { workload, request } of recorded) {
    const shown = JSON.stringify(`${request.method} ${request.target} ${request.body}`.slice(0, 160));
    if (!workloads.includes(workload)) return `${workload} got ${shown}, which the client has not sent there`;
    const forged = forgery(request);
    if (forged !== undefined) return `${workload} got ${forged} in ${shown}`;
  }
  return undefined;
}
