import type { InferenceSpec } from '../spec';
import { addressRules } from './addresses';
import { autoscalingRules } from './autoscaling';
import { computeRules } from './compute';
import { byteRules } from './byte-limits';
import { containerRules } from './container';
import type { SpecSettings } from './gpu-names';
import { gpuWallRules } from './gpu-walls';
import { networkRules } from './network';
import { placementRules } from './placement';
import { securityRules } from './security';
import { storageRules } from './storage';
import type { Report, Violation } from './violation';

const RULES = [
  containerRules,
  placementRules,
  networkRules,
  addressRules,
  computeRules,
  storageRules,
  securityRules,
  autoscalingRules,
  gpuWallRules,
  byteRules,
];

/** Most violations in one answer, plus one to show that there are more. */
const MOST = 101;

/**
 * The rules that a spec breaks beyond its shape, each with its field path: all of them, or the first 101. The
 * tolerances of the API (see {@link toIntent}) are not among them.
 */
export function specViolations(
  spec: InferenceSpec | null | undefined,
  settings: SpecSettings = {},
): readonly Violation[] {
  const found: Violation[] = [];
  const report: Report = (field, message) => {
    if (found.length < MOST) found.push({ field, message });
  };
  for (const rule of RULES) rule(spec ?? {}, report, settings);
  return found;
}
