import { COLD_START_STAGES, type ColdStartStage } from '@tessera/contracts-events';

/** When a starting replica reached each stage, ms of one monotonic clock; a stage that was not seen is absent. */
export type StartMarks = Partial<Record<ColdStartStage, number>>;

export interface StartStages {
  readonly totalMs: number;
  readonly stages: { readonly stage: ColdStartStage; readonly durationMs: number }[];
}

/**
 * The stages of a start as consecutive durations in whole ms, which add up to the total. `begin`: when the request
 * arrived for which the replica was started, or else the decision to start it. A stage that was not seen is part of the
 * next one, and one that was seen late ends with the one before. Pure.
 */
export function stagesOf(marks: StartMarks, begin: number): StartStages {
  let last = begin;
  const since = (at: number): number => Math.round(at - begin);
  const stages = COLD_START_STAGES.flatMap((stage) => {
    const at = marks[stage];
    if (at === undefined) return [];
    const from = last;
    last = Math.max(last, at);
    return [{ stage, durationMs: since(last) - since(from) }];
  });
  return { totalMs: since(last), stages };
}
