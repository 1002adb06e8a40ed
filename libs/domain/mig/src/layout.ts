import { profileOf, type MigGeometry, type MigProfile } from './profiles';

/** An existing or planned MIG instance of a device; `start` in memory slices. */
export interface MigInstance {
  readonly profile: string;
  readonly start: number;
}

/** Instances of one device, by start. */
export type MigLayout = readonly MigInstance[];

/**
 * True where an instance of the profile can be created at the start beside the given instances: the profile allows the
 * start, no interval overlaps, the number allowed per device is not exceeded, and neither are the scarce engines (one
 * instance with media engines; one with all of them fits only beside instances without).
 */
export function canCut(
  geometry: MigGeometry,
  beside: readonly MigInstance[],
  name: string,
  start: number,
): boolean {
  const profile = profileOf(geometry, name);
  if (profile === undefined || !profile.starts.includes(start)) return false;
  let same = 0;
  let compute = profile.computeSlices;
  for (const other of beside) {
    const known = profileOf(geometry, other.profile);
    if (known === undefined || overlaps(profile, start, known, other.start)) return false;
    if (known.name === profile.name) same++;
    if (!enginesAgree(profile, known)) return false;
    compute += known.computeSlices;
  }
  return same < profile.maxInstances && compute <= geometry.computeSlices;
}

const overlaps = (a: MigProfile, aStart: number, b: MigProfile, bStart: number): boolean =>
  aStart < bStart + b.size && bStart < aStart + a.size;

function enginesAgree(a: MigProfile, b: MigProfile): boolean {
  if (a.attribute === 'me.all') return b.attribute === 'no-me';
  if (b.attribute === 'me.all') return a.attribute === 'no-me';
  return !(a.attribute === 'me' && b.attribute === 'me');
}

/** True where every instance can exist beside the others. */
export const isValidLayout = (geometry: MigGeometry, layout: MigLayout): boolean =>
  layout.every((one, index) =>
    canCut(
      geometry,
      layout.filter((_, other) => other !== index),
      one.profile,
      one.start,
    ),
  );

/**
 * Every layout of the given profiles to which no instance can be added (default: all profiles without scarce engines).
 * Each layout is listed once, its instances by start.
 */
export function maximalLayouts(
  geometry: MigGeometry,
  profiles: readonly string[] = plainProfiles(geometry),
): readonly MigLayout[] {
  const choices = profiles.flatMap((name) =>
    (profileOf(geometry, name)?.starts ?? []).map((start) => ({ profile: name, start })),
  );
  choices.sort((a, b) => a.start - b.start || (a.profile < b.profile ? -1 : 1));
  const found: MigLayout[] = [];
  const extend = (layout: MigLayout, from: number): void => {
    if (!choices.some(({ profile, start }) => canCut(geometry, layout, profile, start))) found.push(layout);
    for (let index = from; index < choices.length; index++) {
      const choice = choices[index];
      if (choice !== undefined && canCut(geometry, layout, choice.profile, choice.start))
        extend([...layout, choice], index + 1);
    }
  };
  extend([], 0);
  return found.filter((layout) => layout.length > 0);
}

/** Profiles that need no scarce engine. */
export const plainProfiles = (geometry: MigGeometry): readonly string[] =>
  geometry.profiles.filter(({ attribute }) => attribute === undefined).map(({ name }) => name);
