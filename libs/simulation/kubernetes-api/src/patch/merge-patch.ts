import { isFields, type Fields } from '../wire/json';

/** Applies an RFC 7386 merge patch: null removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch))
    if (value === null) delete result[field];
    else result[field] = mergePatch(result[field], value);
  return result;
}
