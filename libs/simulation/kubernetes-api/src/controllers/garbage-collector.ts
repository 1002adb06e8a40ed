import type { KubeObject, OwnerReference } from '../wire/objects';
import type { ApiContext } from '../context';
import { remove, type DeleteOptions } from '../operations/remove';
import { store } from '../operations/write';
import type { ResourceKind } from '../resources';
import { StatusError } from '../status-error';
import type { Change, Entry } from '../store/entry';

interface Reference {
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
}

const BACKGROUND: DeleteOptions = { propagation: 'Background', preconditions: {}, dryRun: false };

/**
 * Deletes objects whose owners no longer exist, like the garbage collector of the controller manager: in the
 * background, in the foreground (the owner waits for dependents that block it), or by orphaning the dependents.
 */
export class GarbageCollector {
  /** Every object by its uid. */
  private readonly present = new Map<string, Reference>();
  /** Dependents by the uid of their owner. */
  private readonly dependents = new Map<string, Map<string, Reference>>();

  constructor(private readonly context: ApiContext) {
    context.store.listen((resource, change) => this.see(resource, change));
  }

  private see(resource: ResourceKind, { type, entry, previous }: Change): void {
    const { object } = entry;
    const uid = object.metadata.uid ?? '';
    const reference: Reference = {
      resource,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      uid,
    };
    if (previous?.object.metadata.ownerReferences !== object.metadata.ownerReferences || type !== 'MODIFIED')
      this.index(reference, previous?.object, type === 'DELETED' ? undefined : object);
    if (type === 'DELETED') {
      this.present.delete(uid);
      this.later(() => this.ownerGone(uid));
      this.later(() => (object.metadata.ownerReferences ?? []).forEach((owner) => this.releaseOwner(owner)));
      return;
    }
    this.present.set(uid, reference);
    if (type === 'ADDED' && object.metadata.ownerReferences?.length)
      this.later(() => this.collect(reference));
    if (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.length)
      this.later(() => this.continueDeletion(reference));
  }

  private index(reference: Reference, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const { uid } of before?.metadata.ownerReferences ?? []) {
      const known = this.dependents.get(uid);
      known?.delete(reference.uid);
      if (known?.size === 0) this.dependents.delete(uid);
    }
    for (const { uid } of after?.metadata.ownerReferences ?? []) {
      const known = this.dependents.get(uid) ?? new Map<string, Reference>();
      known.set(reference.uid, reference);
      this.dependents.set(uid, known);
    }
  }

  private ownerGone(uid: string): void {
    for (const dependent of [...(this.dependents.get(uid)?.values() ?? [])]) this.collect(dependent);
  }

  /** Deletes a dependent without an existing owner; where one is left, only the stale references are removed. */
  private collect(dependent: Reference): void {
    const entry = this.current(dependent);
    const owners = entry?.object.metadata.ownerReferences ?? [];
    if (entry === undefined || owners.length === 0) return;
    const living = owners.filter(({ uid }) => this.present.has(uid));
    if (living.length === owners.length) return;
    if (living.length > 0) this.rewrite(dependent, { ownerReferences: living });
    else
      this.attempt(() =>
        remove(this.context, dependent, { ...BACKGROUND, preconditions: { uid: dependent.uid } }),
      );
  }

  /** An owner that is being deleted in the foreground or with orphans. */
  private continueDeletion(owner: Reference): void {
    const entry = this.current(owner);
    const finalizers = entry?.object.metadata.finalizers ?? [];
    if (entry === undefined || entry.object.metadata.deletionTimestamp === undefined) return;
    const dependents = [...(this.dependents.get(owner.uid)?.values() ?? [])];
    if (finalizers.includes('orphan')) {
      for (const dependent of dependents) this.orphan(dependent, owner.uid);
      this.rewrite(owner, { finalizers: finalizers.filter((item) => item !== 'orphan') });
    } else if (finalizers.includes('foregroundDeletion')) {
      for (const dependent of dependents) this.deleteInForeground(dependent);
      if (!dependents.some((dependent) => this.blocks(dependent, owner.uid)))
        this.rewrite(owner, { finalizers: finalizers.filter((item) => item !== 'foregroundDeletion') });
    }
  }

  private blocks(dependent: Reference, ownerUid: string): boolean {
    const references = this.current(dependent)?.object.metadata.ownerReferences ?? [];
    return references.some(({ uid, blockOwnerDeletion }) => uid === ownerUid && blockOwnerDeletion === true);
  }

  private deleteInForeground(dependent: Reference): void {
    const entry = this.current(dependent);
    if (entry === undefined || entry.object.metadata.deletionTimestamp !== undefined) return;
    this.attempt(() => remove(this.context, dependent, { ...BACKGROUND, propagation: 'Foreground' }));
  }

  private orphan(dependent: Reference, ownerUid: string): void {
    const owners = this.current(dependent)?.object.metadata.ownerReferences ?? [];
    this.rewrite(dependent, { ownerReferences: owners.filter(({ uid }) => uid !== ownerUid) });
  }

  /** A dependent was deleted: its owner may have waited for it. */
  private releaseOwner({ uid }: OwnerReference): void {
    const owner = this.present.get(uid);
    if (owner !== undefined) this.continueDeletion(owner);
  }

  private current({ resource, namespace, name, uid }: Reference): Entry | undefined {
    const entry = this.context.store.find(resource, namespace, name);
    return entry?.object.metadata.uid === uid ? entry : undefined;
  }

  private rewrite(
    reference: Reference,
    change: { readonly ownerReferences?: OwnerReference[]; readonly finalizers?: string[] },
  ): void {
    const entry = this.current(reference);
    if (entry === undefined) return;
    const metadata = { ...entry.object.metadata, ...change };
    this.attempt(() =>
      store(this.context, reference, entry, { ...entry.object, metadata }, { dryRun: false }),
    );
  }

  /** Another client may have changed or removed the object meanwhile; its change triggers this again. */
  private attempt(action: () => unknown): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof StatusError) || ![404, 409].includes(error.code)) throw error;
    }
  }

  private later(action: () => void): void {
    setImmediate(action);
  }
}
