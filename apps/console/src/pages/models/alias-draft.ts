import type { BodyOf } from '../../api/client';

export type Alias = BodyOf<'get_model_aliases'>['modelAliases'][number];

/** A workload of an alias as it was typed. */
export interface DraftPlace {
  /** Identifies rows while they move. */
  readonly key: number;
  /** Empty for the project of the alias. */
  readonly projectId: string;
  readonly workload: string;
  /** Name that the server knows; empty for the one that the workload states. */
  readonly model: string;
  /** Of a target. */
  readonly weight: string;
}

/** What the form of an alias asks for; numbers as they were typed. */
export interface AliasDraft {
  readonly name: string;
  /** Empty for all projects. */
  readonly projectId: string;
  readonly targets: readonly DraftPlace[];
  readonly fallbacks: readonly DraftPlace[];
  readonly waitSeconds: string;
}

const WHOLE = 100;
const placed = (key: number, weight: string): DraftPlace => ({
  ...{ key, projectId: '', workload: '', model: '', weight },
});

/** An alias with one target, which gets every request. */
export const newDraft = (projectId: string): AliasDraft => ({
  ...{ name: '', projectId, targets: [placed(0, String(WHOLE))], fallbacks: [], waitSeconds: '' },
});

/** The draft of a change. */
export function draftOf(alias: Alias): AliasDraft {
  const { name, projectId = '', targets, fallbacks, waitSeconds } = alias;
  const row = (
    place: Alias['fallbacks'][number] & { readonly weight?: number },
    key: number,
  ): DraftPlace => ({
    key,
    projectId: place.projectId,
    workload: place.workload,
    model: place.model ?? '',
    weight: String(place.weight ?? ''),
  });
  return {
    name,
    projectId,
    targets: targets.map(row),
    fallbacks: fallbacks.map((place, at) => row(place, targets.length + at)),
    waitSeconds: waitSeconds === undefined ? '' : String(waitSeconds),
  };
}

/** A further row, which no key of the draft names yet. A target begins with no requests. */
export const anotherPlace = ({ targets, fallbacks }: AliasDraft): DraftPlace =>
  placed(Math.max(-1, ...[...targets, ...fallbacks].map(({ key }) => key)) + 1, '0');

/** Rows with one of them moved by so many places; the ends hold it. */
export function moved<T>(rows: readonly T[], from: number, by: number): readonly T[] {
  const to = Math.min(rows.length - 1, Math.max(0, from + by));
  const rest = rows.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...rows.slice(from, from + 1), ...rest.slice(to)];
}

const weightOf = ({ weight }: Pick<DraftPlace, 'weight'>): number => Math.max(0, Number(weight) || 0);

/** Part of the requests, 0 to 1, that each gets; none where no weight is above 0. */
export function partsOf(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 0 : weight / sum));
}

export const draftParts = (targets: readonly DraftPlace[]): readonly number[] =>
  partsOf(targets.map(weightOf));

/** What the weights add up to. */
export const sumOf = (targets: readonly DraftPlace[]): number =>
  targets.reduce((sum, target) => sum + weightOf(target), 0);

/**
 * The targets with whole weights that add up to 100 and stand as those before do; what rounding leaves goes to those
 * that lost most by it. As they are where none has a weight.
 */
export function inHundredths(targets: readonly DraftPlace[]): readonly DraftPlace[] {
  const exact = draftParts(targets).map((part) => part * WHOLE);
  const down = exact.map(Math.floor);
  const missing = WHOLE - down.reduce((sum, weight) => sum + weight, 0);
  if (missing > targets.length) return targets;
  const losers = exact
    .map((weight, at) => ({ at, lost: weight - Math.floor(weight) }))
    .sort((a, b) => b.lost - a.lost)
    .slice(0, missing)
    .map(({ at }) => at);
  return targets.map((target, at) => ({
    ...target,
    weight: String((down[at] ?? 0) + (losers.includes(at) ? 1 : 0)),
  }));
}

const numeric = (text: string): number | string =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

/** Where the requests go, as the API takes it; what is no number stays text, which the API refuses by name. */
export function routesOf({ projectId: own, targets, fallbacks, waitSeconds }: AliasDraft): object {
  const place = ({ projectId, workload, model }: DraftPlace): object => ({
    ...(own !== '' || projectId === '' ? {} : { projectId }),
    workload: workload.trim(),
    ...(model.trim() === '' ? {} : { model: model.trim() }),
  });
  return {
    targets: targets.map((target) => ({ ...place(target), weight: numeric(target.weight) })),
    fallbacks: fallbacks.map(place),
    ...(waitSeconds.trim() === '' ? {} : { waitSeconds: numeric(waitSeconds) }),
  };
}

/** The body that makes the alias. */
export const creationOf = (draft: AliasDraft): object => ({
  name: draft.name.trim(),
  ...(draft.projectId === '' ? {} : { projectId: draft.projectId }),
  ...routesOf(draft),
});
