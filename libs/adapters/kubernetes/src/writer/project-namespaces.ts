import type { ProjectNamespace } from '@tessera/application-reconciliation';
import { bindingOf, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { isReservedNamespace, type Guardrails } from '@tessera/domain-workload';
import type { KubernetesConnection } from '../api/connection';
import { isRestricted, podSecurityPatch, projectNamespace } from '../objects/namespace';
import { networkPolicies, projectNetworkPolicy, type NetworkSettings } from '../objects/network-policy';
import type { NamespaceWire } from '../api/wire';

/** The project may not use its namespace; nothing is written into it. */
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
  /** `create`: the scheduler creates them; `adopt`: an administrator does. */
  readonly mode: 'create' | 'adopt';
  /** Namespaces that no project may use, in addition to those of Kubernetes. */
  readonly reserved: readonly string[];
  /** Guardrails of a project. */
  readonly guardrailsOf: (projectId: string) => Guardrails;
  readonly network: NetworkSettings;
  /** Throws if this process may no longer write. */
  readonly demandLead: () => void;
  /** Creates an object; undefined if one of that name already exists. */
  readonly create: (path: string, body: object) => Promise<unknown>;
}

/** Creates the namespaces of projects, or adopts existing ones whose labels name the project. */
export class ProjectNamespaces {
  /** Namespaces that only admit pods of the level `restricted`, by their label and, without one, by the cluster. */
  private readonly labelled = new Set<string>();
  private readonly restrictedByCluster = new Set<string>();
  /** Verified namespaces, each with its project. */
  private readonly inOrder = new Set<string>();

  constructor(
    private readonly connection: Pick<KubernetesConnection, 'request'>,
    private readonly options: ProjectNamespacesOptions,
  ) {}

  /**
   * Ensures that the namespace exists and belongs to the project. Throws {@link NamespaceRefusedError} if it is
   * reserved or not labelled for this project, and the error of the API server if it is missing and the mode is
   * `adopt`.
   */
  async ensure(project: ProjectNamespace): Promise<void> {
    const { namespace } = project;
    const { mode, reserved, create } = this.options;
    if (isReservedNamespace(namespace, reserved))
      throw new NamespaceRefusedError(
        'NamespaceReserved',
        `The namespace "${namespace}" is reserved and cannot be used by a project; give the project "${project.projectName}" another namespace.`,
      );
    const rules = this.options.guardrailsOf(project.projectId);
    const made =
      mode === 'create' &&
      (await create('/api/v1/namespaces', projectNamespace(project, rules))) !== undefined;
    const ours = made || (await this.check(project, rules));
    await this.ensureNetworkPolicy(project, ours);
  }

  /**
   * Throws unless the existing namespace belongs to the project. Corrects the Pod Security level if Tessera created it.
   */
  private async check(project: ProjectNamespace, rules: Guardrails): Promise<boolean> {
    const path = `/api/v1/namespaces/${project.namespace}`;
    const { metadata } = await this.read(project.namespace);
    if (!isFor(project, metadata.labels))
      throw new NamespaceRefusedError('NamespaceNotLabelled', notLabelled(project));
    const ours = this.options.mode === 'create' && metadata.labels?.[LABELS.managedBy] === MANAGED_BY;
    const patch = ours ? podSecurityPatch(metadata, rules) : undefined;
    if (patch !== undefined) await this.patch(path, patch);
    return ours;
  }

  /** Reads a namespace, and its level with it. */
  private async read(name: string): Promise<NamespaceWire> {
    const found = await this.connection.request<NamespaceWire>('GET', `/api/v1/namespaces/${name}`);
    if (isRestricted(found.metadata.labels)) this.labelled.add(name);
    else this.labelled.delete(name);
    return found;
  }

  /**
   * True if a verified namespace only admits pods of the level `restricted`. Read again while it is: once it no longer
   * is, images may run as root again.
   */
  async isRestricted(name: string): Promise<boolean> {
    if (this.restrictedByCluster.has(name)) return true;
    return this.labelled.has(name) && isRestricted((await this.read(name)).metadata.labels);
  }

  /** The cluster refused a pod for the level `restricted`: the label is new, or the cluster's default has no label. */
  async restrict(name: string): Promise<void> {
    await this.read(name);
    if (!this.labelled.has(name)) this.restrictedByCluster.add(name);
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

  /** The same, but skips the request for a verified namespace. */
  async ensureOnce(project: ProjectNamespace): Promise<void> {
    const key = `${project.namespace}/${project.projectId}`;
    if (this.inOrder.has(key)) return;
    await this.ensure(project);
    this.inOrder.add(key);
  }

  /** Clears the cache of verified namespaces. */
  forget(): void {
    this.inOrder.clear();
    this.restrictedByCluster.clear();
  }
}

/** True if the labels bind the namespace to the project: by its name and, if set, by its id. */
function isFor(
  { projectId, projectName }: ProjectNamespace,
  labels: NamespaceWire['metadata']['labels'],
): boolean {
  const binding = bindingOf(labels);
  return binding?.project === projectName && (binding.projectId ?? projectId) === projectId;
}

const notLabelled = ({ namespace, projectId, projectName }: ProjectNamespace): string =>
  `The namespace "${namespace}" exists but is not labelled for the project "${projectName}"; ask the cluster's administrator to run: ` +
  `kubectl label namespace ${namespace} ${LABELS.project}=${projectName} ${LABELS.projectId}=${projectId}`;
