import type { Refused } from './verdict';

/** What would make the request fit, the least intrusive first. */
export function remediesFor(_refused: Refused, _refusals: Uint8Array): readonly string[] {
  return [];
}
