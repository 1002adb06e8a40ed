import type { Logger } from '@tessera/platform-logging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { KubernetesConnection, WatchEvent } from './connection';
import { isExpired, isForbidden, isUnknownKind, KubernetesApiError, type StatusObject } from './errors';

/** What every object on the wire has. */
export interface WireObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

export type Change<T> = { readonly type: 'added' | 'updated' | 'deleted'; readonly object: T };

/** `namespace/name`, or the name alone for cluster-wide objects. */
export const keyOf = ({ metadata }: WireObject): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;

interface InformerOptions<T, K> {
  readonly connection: KubernetesConnection;
  /** List path, such as `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  /** What stays in the cache of an object, which is itself without this. Listeners are told the whole one when it comes, and this when it goes unseen. */
  readonly trim?: (object: T) => K;
  readonly fieldSelector?: string;
  /** False for objects that nobody asks for: they are passed over. An object keeps its answer. */
  readonly concerns?: (object: T) => boolean;
  /** What it means that the API does not serve this kind: an error, or that there is no object of it. */
  readonly unknownKind?: 'error' | 'empty';
  /** What it means that we may not read the list: an error, or that there is nothing in it for us until we may. */
  readonly forbidden?: 'error' | 'empty';
  readonly logger: Logger;
}

const BACKOFF = { firstMs: 100, maxMs: 5_000 };
const PAGE = 1_000;
/** The server ends a watch after this time and we open the next one, seconds. */
const WATCH_SECONDS = 300;
/** A server that starts may refuse everybody for a moment: what is known stays until it has refused this often in a row. */
const REFUSALS = 5;
/** How many deleted uids are remembered, so that a late answer to our own write cannot bring an object back. */
const TOMBSTONES = 2_000;

/**
 * A cache of one kind, kept by list and watch: starts again after any error with back-off, lists anew when the server
 * forgot our version (410), and takes our own writes at once through {@link Informer.observe}.
 */
export class Informer<T extends WireObject, K extends WireObject = T> {
  /** By namespace, which is empty for cluster-wide objects, and name: a key of both would be text of its own for each. */
  private readonly objects = new Map<string, Map<string, K>>();
  private readonly listeners: ((change: Change<T | K>) => void)[] = [];
  /** Versions at which uids went; undefined where the version is not known. */
  private readonly tombstones = new Map<string, bigint | undefined>();
  /** Uids that our own writes have brought while a list is read: the list may be older. */
  private written: Set<string> | undefined;
  private readonly stopped = new AbortController();
  private version = '';
  private loop: Promise<void> | undefined;
  private listed = false;
  private refusals = 0;

  constructor(private readonly options: InformerOptions<T, K>) {}

  /** Starts and resolves once the first list is in. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.loop = this.run(resolve);
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
  }

  /** True once the first list is in. */
  get synced(): boolean {
    return this.listed;
  }

  /** True while we may not read the list, where that is no error. */
  get refused(): boolean {
    return this.refusals > 0;
  }

  get(name: string, namespace = ''): K | undefined {
    return this.objects.get(namespace)?.get(name);
  }

  *list(): IterableIterator<K> {
    for (const objects of this.objects.values()) yield* objects.values();
  }

  onChange(listener: (change: Change<T | K>) => void): void {
    this.listeners.push(listener);
  }

  /** Takes the answer to our own write, unless the watch has already shown a newer state or the end of the object. */
  observe(object: T): void {
    this.written?.add(object.metadata.uid);
    this.put(object);
  }

  /** Takes that our own write has ended an object, ahead of the watch. */
  forget({ name, namespace, uid }: Pick<WireObject['metadata'], 'name' | 'namespace' | 'uid'>): void {
    const known = this.get(name, namespace);
    if (known?.metadata.uid === uid) this.remove(known);
  }

  private async run(onSynced: () => void): Promise<void> {
    for (let failures = 0; !this.stopped.signal.aborted;) {
      try {
        if (this.version === '') {
          await this.relist();
          this.refusals = 0;
          this.listed = true;
          onSynced();
        }
        await this.follow();
        failures = 0;
      } catch (error) {
        if (this.stopped.signal.aborted) break;
        if (isExpired(error)) {
          this.version = '';
          continue;
        }
        failures += 1;
        if (this.options.unknownKind === 'empty' && isUnknownKind(error)) {
          this.listed = true;
          onSynced();
          await pause(BACKOFF.maxMs, this.stopped.signal);
          continue;
        }
        if (this.options.forbidden === 'empty' && isForbidden(error)) {
          this.takeRefusal(error);
          onSynced();
          await pause(backoffMs(failures, BACKOFF, Math.random()), this.stopped.signal);
          continue;
        }
        this.options.logger.warn({ err: error, path: this.options.path }, 'watch broke, starting again');
        await pause(backoffMs(failures, BACKOFF, Math.random()), this.stopped.signal);
      }
    }
    onSynced();
  }

  /** What we may not see any more is not there for us; it comes back with the right to read. */
  private takeRefusal(error: unknown): void {
    this.refusals += 1;
    if (this.refusals === 1)
      this.options.logger.warn({ err: error, path: this.options.path }, 'may not be read, trying again');
    this.listed = true;
    this.version = '';
    if (this.refusals < REFUSALS) return;
    for (const object of [...this.list()]) this.drop(object);
  }

  private async relist(): Promise<void> {
    const seen = new Set<string>();
    const written = (this.written = new Set<string>());
    let next: string | undefined;
    let version = '';
    do {
      const page = await this.options.connection.request<ListPage<T>>('GET', this.options.path, {
        query: { limit: PAGE, continue: next, ...this.selectors },
        signal: this.stopped.signal,
      });
      for (const object of page.items) {
        seen.add(keyOf(object));
        this.put(object);
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    } while (next !== undefined);
    for (const object of [...this.list()])
      if (!seen.has(keyOf(object)) && !written.has(object.metadata.uid))
        this.remove(object, later(version, object.metadata.resourceVersion));
    this.written = undefined;
    this.version = version;
  }

  private get selectors() {
    const { labelSelector, fieldSelector } = this.options;
    return { labelSelector, fieldSelector };
  }

  private async follow(): Promise<void> {
    const query = {
      resourceVersion: this.version,
      allowWatchBookmarks: true,
      timeoutSeconds: WATCH_SECONDS,
      ...this.selectors,
    };
    for await (const event of this.options.connection.watch(this.options.path, query, this.stopped.signal))
      this.take(event);
  }

  private take(event: WatchEvent): void {
    if (event.type === 'ERROR') {
      const status = event.object as StatusObject;
      throw new KubernetesApiError(status.code ?? 500, 'WATCH', this.options.path, status);
    }
    const object = event.object as T;
    this.version = object.metadata.resourceVersion;
    if (event.type === 'DELETED') this.remove(object, BigInt(object.metadata.resourceVersion));
    else if (event.type !== 'BOOKMARK') this.put(object);
  }

  private put(object: T): void {
    if (this.options.concerns?.(object) === false) return;
    if (this.hasTombstone(object.metadata)) return;
    const { name, namespace = '' } = object.metadata;
    const objects = this.objects.get(namespace) ?? new Map<string, K>();
    const known = objects.get(name);
    if (known?.metadata.uid === object.metadata.uid && !isNewer(object, known)) return;
    // Under the new text of the name, so that there is one of it.
    objects.delete(name);
    const kept = this.options.trim?.(object) ?? (object as unknown as K);
    this.objects.set(namespace, objects.set(kept.metadata.name, kept));
    this.tell({ type: known === undefined ? 'added' : 'updated', object });
  }

  /** Older than the end of its uid. What is newer has come back under the selectors. */
  private hasTombstone({ uid, resourceVersion }: WireObject['metadata']): boolean {
    if (!this.tombstones.has(uid)) return false;
    const end = this.tombstones.get(uid);
    if (end === undefined || BigInt(resourceVersion) <= end) return true;
    this.tombstones.delete(uid);
    return false;
  }

  private remove(object: T | K, at?: bigint): void {
    this.tombstones.set(object.metadata.uid, at);
    if (this.tombstones.size > TOMBSTONES)
      this.tombstones.delete(this.tombstones.keys().next().value as string);
    this.drop(object);
  }

  private drop(object: T | K): void {
    const { name, namespace = '', uid } = object.metadata;
    const objects = this.objects.get(namespace);
    if (objects?.get(name)?.metadata.uid !== uid) return;
    objects.delete(name);
    if (objects.size === 0) this.objects.delete(namespace);
    this.tell({ type: 'deleted', object });
  }

  private tell(change: Change<T | K>): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        // A listener's bug must not cost the others the change, nor break the watch.
        this.options.logger.error({ err: error, object: keyOf(change.object) }, 'a listener failed');
      }
    }
  }
}

interface ListPage<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** Versions of one object are compared as numbers, as the API conventions allow since Kubernetes 1.35. */
function isNewer(object: WireObject, known: WireObject): boolean {
  return BigInt(object.metadata.resourceVersion) > BigInt(known.metadata.resourceVersion);
}

function later(one: string, other: string): bigint {
  const [a, b] = [BigInt(one), BigInt(other)];
  return a > b ? a : b;
}
