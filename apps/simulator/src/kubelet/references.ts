import { fieldsOf } from '../wire/json';
import type { Container, KubeObject, Pod } from '../wire/objects';
import { isNotFound, type KubeApi } from '../client/kube-client';
import { objectPath } from '../client/paths';

/** Objects are read at most this often, ms. */
const CACHE_MS = 250;

/** Reads the ConfigMaps, Secrets and claims that pods refer to, and says what is missing. */
export class References {
  private readonly cache = new Map<
    string,
    { readonly at: number; readonly object: Promise<KubeObject | undefined> }
  >();

  constructor(private readonly client: KubeApi) {}

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

  /** Why the environment of a container cannot be made yet; undefined when it can. */
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

  /** Value of a variable of a container: written there, or from a ConfigMap; undefined where it has none. */
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

  private find(plural: string, name: string, namespace: string | undefined): Promise<KubeObject | undefined> {
    const path = objectPath(plural, name, namespace);
    const now = Date.now();
    const cached = this.cache.get(path);
    if (cached !== undefined && now - cached.at < CACHE_MS) return cached.object;
    const object = this.client.get(path).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      this.cache.delete(path);
      throw error;
    });
    if (this.cache.size > 1_000) this.cache.clear();
    this.cache.set(path, { at: now, object });
    return object;
  }
}
