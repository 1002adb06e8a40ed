import { maybe } from '@tessera/kernel';
import type { KubeObject } from '../wire/objects';
import { RESOURCES, type ResourceKind } from '../resources';
import { alreadyExists, conflict, notFound } from '../status-error';
import { Collection } from './collection';
import { entryOf, keyOf, type Change, type Entry } from './entry';

export interface StoreOptions {
  /**
   * First revision; later runs of a server must start above earlier ones, so that old versions are recognised as old.
   */
  readonly firstRevision: number;
  /** Changes kept per kind for watches that start in the past. */
  readonly historySize: number;
}

/** A change with the kind it belongs to. */
export type StoreListener = (resource: ResourceKind, change: Change) => void;

/**
 * All objects of the API. One counter gives every change its revision, so versions grow over all kinds together. Every
 * method is synchronous: what runs between a read and a write without awaiting is atomic.
 */
export class Store {
  private readonly collections = new Map<string, Collection>();
  private readonly listeners: StoreListener[] = [];
  private current: number;

  constructor({ firstRevision, historySize }: StoreOptions) {
    this.current = firstRevision;
    for (const { storage } of RESOURCES)
      if (!this.collections.has(storage))
        this.collections.set(storage, new Collection(firstRevision, historySize));
  }

  /** Revision of the latest change. */
  get revision(): number {
    return this.current;
  }

  collection(resource: ResourceKind): Collection {
    const found = this.collections.get(resource.storage);
    if (found === undefined) throw new Error(`No collection ${resource.storage}`);
    return found;
  }

  /** The entry; 404 when there is none. */
  get(resource: ResourceKind, namespace: string | undefined, name: string): Entry {
    const found = this.collection(resource).get(keyOf(namespace, name));
    if (found === undefined) throw notFound(resource, name);
    return found;
  }

  find(resource: ResourceKind, namespace: string | undefined, name: string): Entry | undefined {
    return this.collection(resource).get(keyOf(namespace, name));
  }

  /** Stores a new object; 409 when the name is in use. */
  create(resource: ResourceKind, object: KubeObject): Entry {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (this.collection(resource).get(key) !== undefined) throw alreadyExists(resource, object.metadata.name);
    return this.commit(resource, 'ADDED', entryOf(key, this.next(), object));
  }

  /** Stores the next version of an object; 409 when `previous` is no longer the current one. */
  replace(resource: ResourceKind, previous: Entry, object: KubeObject): Entry {
    this.demandCurrent(resource, previous);
    return this.commit(resource, 'MODIFIED', entryOf(previous.key, this.next(), object), previous);
  }

  /** Removes an object; its last state carries the revision of the removal. */
  remove(resource: ResourceKind, previous: Entry): Entry {
    this.demandCurrent(resource, previous);
    const { object } = previous;
    const last = { ...object, metadata: { ...object.metadata } };
    return this.commit(resource, 'DELETED', entryOf(previous.key, this.next(), last), previous);
  }

  /** Calls the listener after every change of any kind. */
  listen(listener: StoreListener): void {
    this.listeners.push(listener);
  }

  private next(): number {
    this.current += 1;
    return this.current;
  }

  private demandCurrent(resource: ResourceKind, previous: Entry): void {
    if (this.collection(resource).get(previous.key) !== previous)
      throw conflict(resource, previous.object.metadata.name);
  }

  private commit(resource: ResourceKind, type: Change['type'], entry: Entry, previous?: Entry): Entry {
    const change: Change = {
      type,
      revision: entry.revision,
      entry,
      ...maybe('previous', previous),
    };
    this.collection(resource).apply(change);
    for (const listener of this.listeners) listener(resource, change);
    return entry;
  }
}
