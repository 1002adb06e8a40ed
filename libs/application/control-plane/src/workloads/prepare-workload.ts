import {
  refusals,
  specViolations,
  withOverrides,
  type InferenceSpec,
  type CompiledSpec,
  type References,
  type GuardrailRefusal,
  type SpecSettings,
  type Violation,
} from '@tessera/domain-workload';
import type { OrgUnitVersions } from '@tessera/contracts-events';
import { compileSpec } from './compile';
import type { ProjectPlace, SpecJson, WorkloadSummary } from './model';
import { mergeDefaults } from './policy-defaults';
import type { ControlPlaneDependencies, VersionedReferences } from './ports';
import { referencesOf, cachedReferencesOf } from './references';
import { summarise } from './summary';

/** Everything derived from a spec in its project before anything is written. */
export interface PreparedWorkload {
  /** The spec with the defaults of the project's policy: the content of the command. */
  readonly effective: SpecJson;
  /** What the data volumes and credentials of the spec resolve to; undefined if the project has none of them. */
  readonly references: References | undefined;
  /** Version of those references if they were cached; undefined if the spec names none or they were just read. */
  readonly assetsVersion: VersionedReferences['version'] | undefined;
  /** Versions of project and department that the cluster has to know first; undefined if the project is gone. */
  readonly orgUnitVersions: OrgUnitVersions | undefined;
  readonly compiled: CompiledSpec;
  readonly summary: WorkloadSummary;
}

export type Preparation =
  | { readonly kind: 'prepared'; readonly workload: PreparedWorkload }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  /** Well formed, and against the operator's guardrails. */
  | { readonly kind: 'refused'; readonly refusals: readonly GuardrailRefusal[] };

/** Whether data volumes and credentials may come from the cache of the directory: only if their version is checked. */
export type ReferenceReads = 'read' | 'cached';

/**
 * The only way from a spec to what is stored and sent, for create, update and preview: policy defaults, rules,
 * guardrails, references, intent, summary. The spec itself has been checked by {@link specViolations} before; here the
 * defaults are checked with it.
 */
export async function prepareWorkload(
  {
    directory,
    guardrails,
    specSettings,
  }: Pick<ControlPlaneDependencies, 'directory' | 'guardrails' | 'specSettings'>,
  project: ProjectPlace,
  spec: SpecJson,
  reads: ReferenceReads,
): Promise<Preparation> {
  const effective = mergeDefaults(spec, await directory.inferenceDefaults(project.id));
  const violations = effective === spec ? [] : defaultViolations(effective, specSettings);
  if (violations.length > 0) return { kind: 'invalid', violations };
  const rules = withOverrides(guardrails.rules, await directory.guardrailOverrides(project.id));
  const refused = refusals(effective, { ...guardrails, rules });
  if (refused.length > 0) return { kind: 'refused', refusals: refused };
  const { references, version } =
    reads === 'cached'
      ? await cachedReferencesOf({ directory }, project.id, effective)
      : { references: await referencesOf({ directory }, project.id, effective), version: undefined };
  const orgUnitVersions = await directory.orgUnitVersions(project.id);
  const compiled = compileSpec({ specSettings }, effective, references);
  const summary = summarise(effective, project.defaultNodePools, compiled);
  return {
    kind: 'prepared',
    workload: { effective, references, assetsVersion: version, orgUnitVersions, compiled, summary },
  };
}

/** Only the defaults can break a rule here: the spec without them satisfies all. */
const defaultViolations = (effective: SpecJson, settings: SpecSettings): readonly Violation[] =>
  specViolations(effective as InferenceSpec, settings).map(({ field, message }) => ({
    field,
    message: `${message} (from the defaults of the project's policy)`,
  }));
