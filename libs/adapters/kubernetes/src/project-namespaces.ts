import type { ProjectNamespace } from '@tessera/application-reconciliation';
import { bindingOf, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { isReservedNamespace, type Guardrails } from '@tessera/domain-workload';
import type { KubernetesConnection } from './connection';
import { podSecurityPatch, projectNamespace } from './objects/namespace';
import { networkPolicies, projectNetworkPolicy, type NetworkSettings } from './objects/network-policy';
import type { NamespaceWire } from './wire';

/** The namespace of a project is not for that project: nothing is written into it. */
export class NamespaceRefusedError extends Error {
  constructor(
    readonly reason: 'NamespaceReserved' | 'NamespaceNotLabelled',
    message: string,
  ) {
    super(message);
    this.name = 'NamespaceRefusedError';
  }
}

export interface ProjectNamespacesOptions {
  /** Whether they are made here or by somebody else. */
  readonly mode: 'create' | 'adopt';
  /** Never a project's, beside those of Kubernetes itself. */
  readonly reserved: readonly string[];
  /** What workloads of a project may ask for. */
  readonly guardrailsOf: (projectId: string) => Guardrails;
  readonly network: NetworkSettings;
  /** Throws where nothing may be written any more. */
  readonly demandLead: () => void;
  /** Makes an object; undefined where one of that name is there already. */
  readonly create: (path: string, body: object) => Promise<unknown>;
}

/** Namespaces of projects: made, or adopted where their labels say that they are for the project. */
export class ProjectNamespaces {
  /** Those that were found to be in order, each with its project. */
  private readonly inOrder = new Set<string>();

  constructor(
    private readonly connection: Pick<KubernetesConnection, 'request'>,
    private readonly options: ProjectNamespacesOptions,
  ) {}

  /**
   * Makes sure that the namespace is there and the project's. Throws {@link NamespaceRefusedError} where it is reserved or
   * not labelled for this project, and the error of the API server where it is missing and somebody else's to make.
   */
  async ensure(project: ProjectNamespace): Promise<void> {
    const { namespace } = project;
    const { mode, reserved, create } = this.options;
    if (isReservedNamespace(namespace, reserved))
      throw new NamespaceRefusedError(
        'NamespaceReserved',
        `The namespace "${namespace}" is reserved and never a project's; give the project "${project.projectName}" another one.`,
      );
    const rules = this.options.guardrailsOf(project.projectId);
    const made =
      mode === 'create' &&
      (await create('/api/v1/namespaces', projectNamespace(project, rules))) !== undefined;
    const ours = made || (await this.check(project, rules));
    await this.ensureNetworkPolicy(project, ours);
  }

  /** One that is there already is the project's, or this throws. Where we made it, its level of Pod Security is put right. */
  private async check(project: ProjectNamespace, rules: Guardrails): Promise<boolean> {
    const path = `/api/v1/namespaces/${project.namespace}`;
    const { metadata } = await this.connection.request<NamespaceWire>('GET', path);
    if (!isFor(project, metadata.labels))
      throw new NamespaceRefusedError('NamespaceNotLabelled', notLabelled(project));
    const ours = this.options.mode === 'create' && metadata.labels?.[LABELS.managedBy] === MANAGED_BY;
    const patch = ours ? podSecurityPatch(metadata, rules) : undefined;
    if (patch !== undefined) await this.patch(path, patch);
    return ours;
  }

  private async ensureNetworkPolicy(project: ProjectNamespace, ours: boolean): Promise<void> {
    const { network, create } = this.options;
    if (network.policy === 'none') return;
    const wanted = projectNetworkPolicy(project, network, ours);
    const path = networkPolicies(project.namespace);
    if ((await create(path, wanted)) === undefined)
      await this.patch(`${path}/${wanted.metadata?.name ?? ''}`, wanted);
  }

  private async patch(path: string, body: object): Promise<void> {
    this.options.demandLead();
    await this.connection.request('PATCH', path, { body, contentType: 'application/merge-patch+json' });
  }

  /** The same, and where it was in order before nothing is asked. */
  async ensureOnce(project: ProjectNamespace): Promise<void> {
    const key = `${project.namespace}/${project.projectId}`;
    if (this.inOrder.has(key)) return;
    await this.ensure(project);
    this.inOrder.add(key);
  }

  /** Whatever was known of them may not be true any more. */
  forget(): void {
    this.inOrder.clear();
  }
}

/** True where the labels bind the namespace to the project: by its name, and by its id where they have one. */
function isFor(
  { projectId, projectName }: ProjectNamespace,
  labels: NamespaceWire['metadata']['labels'],
): boolean {
  const binding = bindingOf(labels);
  return binding?.project === projectName && (binding.projectId ?? projectId) === projectId;
}

const notLabelled = ({ namespace, projectId, projectName }: ProjectNamespace): string =>
  `The namespace "${namespace}" exists and is not labelled for the project "${projectName}"; ask the cluster's administrator for: ` +
  `kubectl label namespace ${namespace} ${LABELS.project}=${projectName} ${LABELS.projectId}=${projectId}`;
