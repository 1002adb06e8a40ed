import { fieldsOf } from '../wire/json';
import type { ApiContext } from '../context';
import { remove, type DeleteOptions } from '../operations/remove';
import { create } from '../operations/write';
import { knownResource, RESOURCES, type ResourceKind } from '../resources';
import { StatusError } from '../status-error';

const OPTIONS: DeleteOptions = { propagation: 'Background', preconditions: {}, dryRun: false };
const NAMESPACES = knownResource('namespaces');
const CONTENTS = RESOURCES.filter(
  ({ namespaced, storage, plural }) => namespaced && storage.startsWith(plural),
);

/** Empties namespaces that are being deleted and finalizes them; creates the default service account of new ones. */
export class NamespaceController {
  private readonly terminating = new Set<string>();

  constructor(private readonly context: ApiContext) {
    context.store.listen((resource, { type, entry }) => {
      const { name, namespace, deletionTimestamp } = entry.object.metadata;
      if (resource === NAMESPACES && type === 'ADDED') this.furnish(name);
      if (resource === NAMESPACES && type === 'MODIFIED' && deletionTimestamp !== undefined) this.empty(name);
      if (type === 'DELETED' && namespace !== undefined && this.terminating.has(namespace))
        this.later(namespace);
    });
  }

  private furnish(namespace: string): void {
    create(this.context, knownResource('serviceaccounts'), namespace, { metadata: { name: 'default' } });
  }

  private empty(namespace: string): void {
    if (this.terminating.has(namespace)) return;
    this.terminating.add(namespace);
    setImmediate(() => {
      for (const resource of CONTENTS) this.removeAll(resource, namespace);
      this.finishWhenEmpty(namespace);
    });
  }

  private removeAll(resource: ResourceKind, namespace: string): void {
    for (const { object } of [...this.context.store.collection(resource).in(namespace)])
      try {
        remove(this.context, { resource, namespace, name: object.metadata.name }, OPTIONS);
      } catch (error) {
        if (!(error instanceof StatusError && error.code === 404)) throw error;
      }
  }

  private later(namespace: string): void {
    setImmediate(() => this.finishWhenEmpty(namespace));
  }

  private finishWhenEmpty(namespace: string): void {
    const { store } = this.context;
    if (CONTENTS.some((resource) => !isEmpty(store.collection(resource).in(namespace)))) return;
    const entry = store.find(NAMESPACES, undefined, namespace);
    if (!this.terminating.delete(namespace) || entry === undefined) return;
    const { object } = entry;
    const spec = { ...fieldsOf(object['spec']), finalizers: [] };
    const emptied = store.replace(NAMESPACES, entry, { ...object, metadata: { ...object.metadata }, spec });
    if ((object.metadata.finalizers ?? []).length === 0) store.remove(NAMESPACES, emptied);
  }
}

const isEmpty = (entries: Iterable<unknown>): boolean => entries[Symbol.iterator]().next().done === true;
