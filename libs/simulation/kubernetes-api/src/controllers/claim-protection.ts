import type { KubeObject, Pod } from '../wire/objects';
import type { ApiContext } from '../context';
import { store } from '../operations/write';
import { knownResource } from '../resources';
import { CLAIM_PROTECTION } from '../rules/storage';

const PODS = knownResource('pods');
const CLAIMS = knownResource('persistentvolumeclaims');

/**
 * Keeps a claim that is being deleted while a pod on a node uses it, like the controller of that name in the controller
 * manager. Whether the pod still runs makes no difference.
 */
export class ClaimProtection {
  /** Names of the pods that mount a claim, by `namespace/claim`. */
  private readonly users = new Map<string, Set<string>>();

  constructor(private readonly context: ApiContext) {
    context.store.listen((resource, { type, entry }) => {
      const { object } = entry;
      if (resource === PODS && type !== 'MODIFIED') this.seePod(object as Pod, type === 'DELETED');
      if (resource === CLAIMS && type !== 'DELETED' && isHeld(object)) this.later(object.metadata);
    });
  }

  private seePod({ metadata: { name, namespace = '' }, spec }: Pod, gone: boolean): void {
    for (const { persistentVolumeClaim } of spec.volumes ?? []) {
      if (persistentVolumeClaim === undefined) continue;
      const { claimName } = persistentVolumeClaim;
      const key = `${namespace}/${claimName}`;
      const users = this.users.get(key) ?? new Set();
      if (gone) users.delete(name);
      else users.add(name);
      if (users.size === 0) this.users.delete(key);
      else this.users.set(key, users);
      if (gone) this.later({ name: claimName, namespace });
    }
  }

  private later({ name, namespace }: { readonly name: string; readonly namespace?: string }): void {
    setImmediate(() => this.release(namespace ?? '', name));
  }

  private release(namespace: string, name: string): void {
    const entry = this.context.store.find(CLAIMS, namespace, name);
    if (entry === undefined || !isHeld(entry.object) || this.isUsed(namespace, name)) return;
    const finalizers = entry.object.metadata.finalizers?.filter((one) => one !== CLAIM_PROTECTION) ?? [];
    const free = { ...entry.object, metadata: { ...entry.object.metadata, finalizers } };
    store(this.context, { resource: CLAIMS, namespace, name }, entry, free, { dryRun: false });
  }

  private isUsed(namespace: string, name: string): boolean {
    return [...(this.users.get(`${namespace}/${name}`) ?? [])].some((pod) => {
      const found = this.context.store.find(PODS, namespace, pod)?.object as Pod | undefined;
      return Boolean(found?.spec.nodeName);
    });
  }
}

/** Whether the claim is being deleted and waits for the pods that use it. */
const isHeld = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(CLAIM_PROTECTION) === true;
