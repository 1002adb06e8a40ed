import type { Logger } from '@tessera/platform-logging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { KubernetesConnection, WatchEvent } from './connection';
import { isExpired, isForbidden, isUnknownKind, KubernetesApiError, type StatusObject } from './errors';

/** Fields of every object on the wire. */
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
  /**
   * Trims an object for the cache; without it the whole object is cached. Listeners get the whole object when it
   * appears, and the trimmed one if its deletion was missed.
   */
  readonly trim?: (object: T) => K;
  readonly fieldSelector?: string;
  /** False for objects to ignore. The result must not change for an object. */
  readonly concerns?: (object: T) => boolean;
  /** How to treat a kind that the API does not serve: as an error, or as an empty list. */
  readonly unknownKind?: 'error' | 'empty';
  /** How to treat a list that we may not read: as an error, or as empty until we may. */
  readonly forbidden?: 'error' | 'empty';
  readonly logger: Logger;
}

const BACKOFF = { firstMs: 100, maxMs: 5_000 };
const PAGE = 1_000;
/** The server ends a watch after this time, and we open the next one; seconds. */
const WATCH_SECONDS = 300;
/** A starting server may answer 403 for a moment; the cache is cleared only after this many in a row. */
const REFUSALS = 5;
/** How many tombstones (deleted uids) are kept, so that a late answer to our own write cannot restore an object. */
const TOMBSTONES = 2_000;

/**
 * A cache of one kind, kept current by list and watch. It restarts with exponential backoff after any error, lists
 * again if the server no longer has our version (410), and applies our own writes at once through {@link
 * Informer.observe}.
 */
export class Informer<T extends WireObject, K extends WireObject = T> {
  /** By namespace (empty for cluster-scoped objects) and name; a combined key would cost a string per object. */
  private readonly objects = new Map<string, Map<string, K>>();
  private readonly listeners: ((change: Change<T | K>) => void)[] = [];
  /** Tombstones: versions at which uids were deleted; undefined if the version is unknown. */
  private readonly tombstones = new Map<string, bigint | undefined>();
  /** Uids of our own writes during a list request: the list may be older. */
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

  /** True while we may not read the list and that is not an error. */
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

  /** Applies the answer to our own write, unless the watch already delivered a newer state or the deletion. */
  observe(object: T): void {
    this.written?.add(object.metadata.uid);
    this.put(object);
  }

  /** Applies our own deletion of an object before the watch delivers it. */
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
        this.options.logger.warn({ err: error, path: this.options.path }, 'watch failed, restarting');
        await pause(backoffMs(failures, BACKOFF, Math.random()), this.stopped.signal);
      }
    }
    onSynced();
  }

  /** Objects that we may no longer read are dropped; they return with the permission. */
  private takeRefusal(error: unknown): void {
    this.refusals += 1;
    if (this.refusals === 1)
      this.options.logger.warn(
        { err: error, path: this.options.path },
        'not permitted to read the list, will retry',
      );
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
    // Uses the new name string as key, so that only one copy is kept.
    objects.delete(name);
    const trimmed = this.options.trim?.(object) ?? (object as unknown as K);
    this.objects.set(namespace, objects.set(trimmed.metadata.name, trimmed));
    this.notify({ type: known === undefined ? 'added' : 'updated', object });
  }

  /** True if older than the tombstone of its uid. A newer object matches the selectors again. */
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
    this.notify({ type: 'deleted', object });
  }

  private notify(change: Change<T | K>): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        // A bug in one listener must not affect the other listeners or the watch.
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
