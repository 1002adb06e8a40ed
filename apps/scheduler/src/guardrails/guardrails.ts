import type { AcceptedWorkload, CompiledWorkload } from '@tessera/application-reconciliation';
import type { OrganisationUnit } from '@tessera/contracts-events';
import {
  DEFAULT_GUARDRAIL_SETTINGS,
  readGuardrails,
  type GuardrailSettings,
} from '@tessera/contracts-kubernetes';
import {
  refusals,
  toIntent,
  withinGuardrails,
  withOverrides,
  type ExposedHosts,
  type GuardrailOverrides,
  type Guardrails,
  type GuardrailRefusal,
} from '@tessera/domain-workload';
import { yamlFile } from '@tessera/platform-config';
import type { SchedulerConfig } from '../config';

/**
 * Settings from the operator's file, or the defaults without one. Throws one error that lists every problem of the
 * file.
 */
export const guardrailSettings = ({
  TESSERA_GUARDRAILS_FILE: file,
}: Pick<SchedulerConfig, 'TESSERA_GUARDRAILS_FILE'>): GuardrailSettings =>
  file === undefined ? DEFAULT_GUARDRAIL_SETTINGS : yamlFile('TESSERA_GUARDRAILS_FILE', file, readGuardrails);

type Hosts = Pick<
  SchedulerConfig,
  | 'TESSERA_EXPOSED_URLS_BASE'
  | 'TESSERA_API_PUBLIC_URL'
  | 'TESSERA_GATEWAY_PUBLIC_URL'
  | 'TESSERA_GATEWAY_DOMAIN'
>;

function hostsOf({ TESSERA_EXPOSED_URLS_BASE: base, ...own }: Hosts): ExposedHosts {
  return {
    ...(base === undefined ? {} : { base: new URL(base).hostname }),
    reserved: [own.TESSERA_API_PUBLIC_URL, own.TESSERA_GATEWAY_PUBLIC_URL].map(
      (url) => new URL(url).hostname,
    ),
    servingDomain: own.TESSERA_GATEWAY_DOMAIN,
  };
}

/** Store of the rules of single projects. */
export interface StoredOverrides {
  guardrails(): Promise<
    ReadonlyMap<string, { readonly version: number; readonly overrides: GuardrailOverrides }>
  >;
}

/**
 * What the workloads of each project may request. The API has refused the rest already; the scheduler checks again,
 * since a command in the log may come from another writer.
 */
export class ProjectGuardrails {
  private known = new Map<
    string,
    { readonly version: number; readonly overrides?: GuardrailOverrides | undefined }
  >();
  private readonly hosts: ExposedHosts;

  constructor(
    private readonly rules: Guardrails,
    private readonly config: Hosts &
      Pick<SchedulerConfig, 'TESSERA_GPU_MEMORY_ENFORCEMENT' | 'TESSERA_EXPOSED_URLS'>,
  ) {
    this.hosts = hostsOf(config);
  }

  /** Loads the stored rules of projects. */
  async load(stored: StoredOverrides): Promise<void> {
    for (const [id, one] of await stored.guardrails()) this.keep(id, one);
  }

  /** Stores the current rules of a project; an older version changes nothing. */
  observe({ scope, id, version, guardrails }: OrganisationUnit): void {
    if (scope === 'project') this.keep(id, { version, overrides: guardrails });
  }

  private keep(
    id: string,
    one: { readonly version: number; readonly overrides?: GuardrailOverrides | undefined },
  ): void {
    if (one.version > (this.known.get(id)?.version ?? 0)) this.known.set(id, one);
  }

  of(projectId: string): Guardrails {
    return withOverrides(this.rules, this.known.get(projectId)?.overrides);
  }

  /** What a workload requests although its project forbids it. */
  refusalsOf({ ref, spec }: AcceptedWorkload): readonly GuardrailRefusal[] {
    return refusals(spec, { rules: this.of(ref.projectId), hosts: this.hosts });
  }

  /** Compiles the spec of a workload under the rules of its project. */
  compile(workload: AcceptedWorkload): CompiledWorkload {
    // A workload that was deleted before it was ever seen has no spec, and its deletion needs none.
    const spec = workload.removed ? { image: 'none', ...workload.spec } : workload.spec;
    const { intent, ignoredFields } = toIntent(spec, workload.references, {
      gpuMemoryEnforcement: this.config.TESSERA_GPU_MEMORY_ENFORCEMENT,
      guardsUrls: this.config.TESSERA_EXPOSED_URLS === 'tessera',
    });
    const refused = ignoredFields.filter((ignoredField) => ignoredField.refused === true);
    return {
      workload,
      intent: withinGuardrails(intent, this.of(workload.ref.projectId)),
      ...(refused.length === 0 ? {} : { refused }),
    };
  }
}
