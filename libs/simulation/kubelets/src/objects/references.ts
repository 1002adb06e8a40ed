import type { Logger } from '@tessera/platform-logging';
import { type Container, fieldsOf, type KubeObject, type Pod } from '@tessera/simulation-kubernetes-api/wire';
import { Informer } from '../client/informer';
import {
  collectionPath,
  isNotFound,
  type KubeApi,
  objectPath,
} from '@tessera/simulation-kubernetes-api/client';

const KINDS = ['configmaps', 'secrets', 'persistentvolumeclaims'] as const;
/** Most names that are cached as missing. */
const MOST_MISSING = 20_000;

/**
 * Watches the ConfigMaps, Secrets and claims that pods refer to, as kubelets do, and reports missing ones: thousands of
 * pods may wait and retry at once.
 */
export class References {
  private readonly found = new Map<string, KubeObject>();
  private readonly missingPaths = new Set<string>();
  private readonly informers: readonly Informer<KubeObject>[];

  constructor(
    private readonly client: KubeApi,
    logger: Logger,
  ) {
    this.informers = KINDS.map((plural) => this.informer(plural, logger));
  }

  start(): void {
    for (const informer of this.informers) informer.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.informers.map((informer) => informer.stop()));
  }

  /** Why the volumes of a pod cannot be mounted yet; undefined when they can. */
  async volumeProblem(pod: Pod): Promise<string | undefined> {
    const { namespace } = pod.metadata;
    for (const { name, configMap, secret, persistentVolumeClaim } of pod.spec.volumes ?? []) {
      const setUp = (why: string): string => `MountVolume.SetUp failed for volume "${name}" : ${why}`;
      if (
        configMap !== undefined &&
        configMap.optional !== true &&
        !(await this.find('configmaps', configMap.name, namespace))
      )
        return setUp(`configmap "${configMap.name}" not found`);
      if (
        secret !== undefined &&
        secret.optional !== true &&
        !(await this.find('secrets', secret.secretName, namespace))
      )
        return setUp(`secret "${secret.secretName}" not found`);
      if (persistentVolumeClaim === undefined) continue;
      const claim = await this.find('persistentvolumeclaims', persistentVolumeClaim.claimName, namespace);
      if (claim === undefined) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`;
      if (fieldsOf(claim['status'])['phase'] !== 'Bound')
        return `Unable to attach or mount volumes: claim "${persistentVolumeClaim.claimName}" is not bound`;
    }
    return undefined;
  }

  /** Why the environment of a container cannot be built yet; undefined when it can. */
  async environmentProblem(pod: Pod, container: Container): Promise<string | undefined> {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      const problem =
        (configMapRef && (await this.missing('configmaps', configMapRef.name, configMapRef.optional, pod))) ??
        (secretRef && (await this.missing('secrets', secretRef.name, secretRef.optional, pod)));
      if (problem !== undefined) return problem;
    }
    for (const { valueFrom } of container.env ?? []) {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
      const problem =
        (configMapKeyRef &&
          (await this.missing(
            'configmaps',
            configMapKeyRef.name,
            configMapKeyRef.optional,
            pod,
            configMapKeyRef.key,
          ))) ??
        (secretKeyRef &&
          (await this.missing('secrets', secretKeyRef.name, secretKeyRef.optional, pod, secretKeyRef.key)));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** Names of the pull secrets of a pod that do not exist. */
  async missingPullSecrets({ metadata: { namespace }, spec }: Pod): Promise<readonly string[]> {
    const names = (spec.imagePullSecrets ?? []).map(({ name }) => name);
    const found = await Promise.all(names.map((name) => this.find('secrets', name, namespace)));
    return names.filter((_name, index) => found[index] === undefined);
  }

  /** Value of a variable of a container, literal or from a ConfigMap; undefined where it has none. */
  async valueOf(pod: Pod, container: Container, name: string): Promise<string | undefined> {
    const variable = container.env?.find((one) => one.name === name);
    const reference = variable?.valueFrom?.configMapKeyRef;
    if (reference === undefined) return variable?.value;
    const map = await this.find('configmaps', reference.name, pod.metadata.namespace);
    const value = fieldsOf(map?.['data'])[reference.key];
    return typeof value === 'string' ? value : undefined;
  }

  private async missing(
    plural: 'configmaps' | 'secrets',
    name: string,
    optional: boolean | undefined,
    { metadata: { namespace } }: Pod,
    key?: string,
  ): Promise<string | undefined> {
    if (optional === true) return undefined;
    const kind = plural === 'configmaps' ? 'configmap' : 'secret';
    const object = await this.find(plural, name, namespace);
    if (object === undefined) return `${kind} "${name}" not found`;
    const keys = { ...fieldsOf(object['data']), ...fieldsOf(object['binaryData']) };
    const title = plural === 'configmaps' ? 'ConfigMap' : 'Secret';
    return key === undefined || key in keys
      ? undefined
      : `couldn't find key ${key} in ${title} ${namespace ?? ''}/${name}`;
  }

  private informer(plural: string, logger: Logger): Informer<KubeObject> {
    const pathOf = ({ metadata: { name, namespace } }: KubeObject): string =>
      objectPath(plural, name, namespace);
    const changed = (object: KubeObject): void => {
      this.found.set(pathOf(object), object);
      this.missingPaths.delete(pathOf(object));
    };
    const deleted = (object: KubeObject): void => void this.found.delete(pathOf(object));
    return new Informer(this.client, collectionPath(plural), { changed, deleted }, logger);
  }

  /** An object that the watch has not shown yet is read once; after that the watch shows it. */
  private async find(
    plural: string,
    name: string,
    namespace: string | undefined,
  ): Promise<KubeObject | undefined> {
    const path = objectPath(plural, name, namespace);
    const known = this.found.get(path);
    if (known !== undefined || this.missingPaths.has(path)) return known;
    return this.client.get(path).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      if (this.missingPaths.size >= MOST_MISSING) this.missingPaths.clear();
      if (!this.found.has(path)) this.missingPaths.add(path);
      return undefined;
    });
  }
}
