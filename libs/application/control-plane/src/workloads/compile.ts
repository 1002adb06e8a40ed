import { toIntent, type CompiledSpec, type References } from '@tessera/domain-workload';
import type { SpecJson } from './model';
import type { ControlPlaneDependencies } from './ports';

/**
 * The only way from a spec to its intent in the control plane: always under the settings of the platform, so that what
 * is shown of a workload is what its cluster makes of it. `references` only decide which claims are mounted and which
 * Secrets are read; ignored fields do not depend on them, for names that no Secret can have never resolve to one.
 */
export const compileSpec = (
  { specSettings }: Pick<ControlPlaneDependencies, 'specSettings'>,
  spec: SpecJson,
  references?: References,
): CompiledSpec => toIntent(spec, references, specSettings);
