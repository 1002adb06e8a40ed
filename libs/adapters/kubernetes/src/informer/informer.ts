import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { WatchEvent } from '../api/connection';
import type { InformerOptions } from './informer-options';
import { keyOf, type Change, type WireObject } from './wire-object';
import { pathWithin, witnessOf } from './history';
import type { WatchEnd, WatchRecord } from '../watch/watch-health';
import {
  isExpired,
  isForbidden,
  isFromTheFuture,
  isSilent,
  isUnknownKind,
  KubernetesApiError,
  type StatusObject,
} from '../api/errors';

const BACKOFF = { firstMs: 100, maxMs: 5_000 };
const PAGE = 1_000;
/** The server ends a watch after this time, and we open the next one; seconds. */
const WATCH_SECONDS = 300;
/** A starting server may answer 403 for a moment; the cache is cleared only after this many in a row. */
const REFUSALS = 5;
/** Number of tombstones (deleted uids) kept, so that a late answer to our own write cannot restore an object. */
const TOMBSTONES = 2_000;
/** A watch that the API server refuses this many times in a row is not tried from the same version again. */
const ATTEMPTS = 5;

/** Our own changes while a list is read: it may be older than they are. */
interface OwnChanges {
  readonly written: Set<string>;
  readonly ended: Set<string>;
}

/**
 * A cache of one kind, kept current by list and watch. It restarts with exponential backoff after any error and applies
 * our own writes at once through {@link Informer.observe}. It lists again if the server no longer has our version
 * (410), does not have it yet, or was silent: a server whose etcd was restored from an older copy sends nothing on a
 * watch from a version that it has not reached. A list is a consistent read and authoritative: objects that it does not
 * contain are gone, and its versions may be smaller than known ones.
 */
export class Informer<T extends WireObject, K extends WireObject = T> {
  /** By namespace (empty for cluster-scoped objects) and name; a combined key would cost a string per object. */
  private readonly objects = new Map<string, Map<string, K>>();
  private readonly listeners: ((change: Change<T | K>) => void)[] = [];
  /** Tombstones: versions at which uids were deleted; undefined if the version is unknown. */
  private readonly tombstones = new Map<string, bigint | undefined>();
  private own: OwnChanges | undefined;
  private record: WatchRecord | undefined;
  private readonly stopped = new AbortController();
  /** Aborted by {@link Informer.refresh}: the watch and the pauses end, and a list follows. */
  private renewal = new AbortController();
  private readonly refreshing: (() => void)[] = [];
  private version = '';
  private loop: Promise<void> | undefined;
  private listed = false;
  private refusals = 0;

  constructor(private readonly options: InformerOptions<T, K>) {}

  /** Starts and resolves once the first list is in. */
  async start(): Promise<void> {
    this.record = this.options.connection.watches.open(this.options.path);
    await new Promise<void>((resolve) => {
      this.loop = this.run(resolve);
    });
  }

  /**
   * Lists again, as a consistent read, and starts a new watch; resolves once that list is in. A silent watch does not
   * show what others wrote meanwhile.
   */
  refresh(): Promise<void> {
    return new Promise((resolve) => {
      this.refreshing.push(resolve);
      this.renewal.abort();
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.record?.close();
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
    this.own?.written.add(object.metadata.uid);
    this.put(object);
  }

  /** Applies our own deletion of an object before the watch delivers it. */
  forget({ name, namespace, uid }: Pick<WireObject['metadata'], 'name' | 'namespace' | 'uid'>): void {
    const known = this.get(name, namespace);
    this.own?.ended.add(uid);
    if (known?.metadata.uid === uid) this.remove(known);
  }

  private async run(onSynced: () => void): Promise<void> {
    let refreshed: (() => void)[] = [];
    const synced = (): void => {
      onSynced();
      for (const resolve of refreshed.splice(0)) resolve();
    };
    for (let failures = 0; !this.stopped.signal.aborted;) {
      // Only a list that begins after the request for it may answer it.
      if (this.renewal.signal.aborted) {
        this.renewal = new AbortController();
        this.version = '';
        refreshed = [...refreshed, ...this.refreshing.splice(0)];
      }
      try {
        if (this.version !== '' && failures > 0) await this.checkHistory();
        if (this.version === '') {
          await this.relist();
          this.refusals = 0;
          this.listed = true;
          synced();
        }
        await this.follow();
        failures = 0;
      } catch (error) {
        if (this.stopped.signal.aborted) break;
        if (this.renewal.signal.aborted) continue;
        const end = endOf(error);
        if (end !== 'failed') {
          this.restart(end, error);
          // The first new list follows at once; if the server refuses its version too, further attempts wait.
          if (end !== 'silent' && failures > 0) await this.rest(backoffMs(failures, BACKOFF, Math.random()));
          failures = end === 'silent' ? 1 : failures + 1;
          continue;
        }
        failures += 1;
        if (this.options.unknownKind === 'empty' && isUnknownKind(error)) {
          this.listed = true;
          this.record?.received();
          synced();
          await this.rest(BACKOFF.maxMs);
          continue;
        }
        if (this.options.forbidden === 'empty' && isForbidden(error)) {
          this.takeRefusal(error);
          synced();
          await this.rest(backoffMs(failures, BACKOFF, Math.random()));
          continue;
        }
        this.options.logger.warn({ err: error, path: this.options.path }, 'watch failed, restarting');
        this.record?.ended('failed', messageOf(error));
        if (failures >= ATTEMPTS && error instanceof KubernetesApiError) this.version = '';
        await this.rest(backoffMs(failures, BACKOFF, Math.random()));
      }
    }
    refreshed = [...refreshed, ...this.refreshing.splice(0)];
    synced();
  }

  private rest(ms: number): Promise<void> {
    return pause(ms, AbortSignal.any([this.stopped.signal, this.renewal.signal]));
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
    this.record?.received();
    this.version = '';
    if (this.refusals < REFUSALS) return;
    for (const object of [...this.list()]) this.drop(object);
  }

  /** Records why the watch ended; the next one begins with a new list, unless silence is no sign of a fault. */
  private restart(end: WatchEnd, error: unknown): void {
    const { path, logger, bookmarks = true } = this.options;
    if (end === 'silent' && !bookmarks) return;
    this.version = '';
    this.record?.ended(end, messageOf(error));
    if (end === 'silent')
      logger.warn(
        { path, silentMs: this.options.connection.watches.silentMs },
        'the watch received neither a change nor a bookmark, listing again on a new connection',
      );
    if (end === 'wentBack')
      logger.warn({ err: error, path }, 'the API server has an older history than was seen, listing again');
  }

  /**
   * Lists again if the history of the server is not the one seen before, as after a restore of etcd. Versions of one
   * kind only grow, so a smaller one now proves it; a history that has since grown beyond our version is recognised by
   * an object that differs at our version. Watches from our version would not report the difference.
   */
  private async checkHistory(): Promise<void> {
    const { connection, path, bookmarks = true } = this.options;
    const { signal } = this.stopped;
    const { metadata } = await connection.request<ListPage<T>>('GET', path, {
      // Events are many and not indexed: a selector would make the server read all of them.
      query: { limit: 1, ...(bookmarks ? this.selectors : {}) },
      signal,
    });
    const now = metadata.resourceVersion;
    if (BigInt(now) < BigInt(this.version))
      return this.restart('wentBack', new Error(`version ${this.version} was seen, now ${now}`));
    const witness = bookmarks ? witnessOf(this.list(), this.version) : undefined;
    if (witness === undefined) return;
    const { name, namespace, resourceVersion } = witness.metadata;
    const { items } = await connection.request<ListPage<T>>('GET', pathWithin(path, namespace), {
      query: {
        fieldSelector: `metadata.name=${name}`,
        resourceVersion: this.version,
        resourceVersionMatch: 'Exact',
      },
      signal,
    });
    const then = items[0]?.metadata.resourceVersion ?? 'none';
    if (then !== resourceVersion)
      this.restart('wentBack', new Error(`${keyOf(witness)} had version ${resourceVersion}, not ${then}`));
  }

  private async relist(): Promise<void> {
    const own = (this.own = { written: new Set<string>(), ended: new Set<string>() });
    try {
      await this.readList(own);
    } finally {
      this.own = undefined;
    }
  }

  private async readList(own: OwnChanges): Promise<void> {
    const seen = new Set<string>();
    let next: string | undefined;
    let version = '';
    do {
      const page = await this.options.connection.request<ListPage<T>>('GET', this.options.path, {
        query: { limit: PAGE, continue: next, ...this.selectors },
        signal: this.stopped.signal,
      });
      this.record?.received();
      for (const object of page.items) {
        seen.add(keyOf(object));
        this.putListed(object, own);
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    } while (next !== undefined);
    for (const object of [...this.list()])
      if (!seen.has(keyOf(object)) && !own.written.has(object.metadata.uid))
        this.remove(object, BigInt(version));
    this.version = version;
  }

  /** Applies a listed object, unless we have written or deleted it since the list was requested. */
  private putListed(object: T, own: OwnChanges): void {
    const { uid, name, namespace, resourceVersion } = object.metadata;
    if (this.options.concerns?.(object) === false || own.ended.has(uid)) return;
    if (own.written.has(uid)) return this.put(object);
    this.tombstones.delete(uid);
    const known = this.get(name, namespace);
    if (known?.metadata.uid !== uid || known.metadata.resourceVersion !== resourceVersion)
      this.store(object, known);
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
    const { connection, path } = this.options;
    const received = (): void => this.record?.received();
    const signal = AbortSignal.any([this.stopped.signal, this.renewal.signal]);
    for await (const event of connection.watch(path, query, signal, received)) {
      received();
      this.take(event);
    }
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
    const known = this.get(name, namespace);
    if (known?.metadata.uid === object.metadata.uid && !isNewer(object, known)) return;
    this.store(object, known);
  }

  private store(object: T, known: K | undefined): void {
    const { name, namespace = '' } = object.metadata;
    const objects = this.objects.get(namespace) ?? new Map<string, K>();
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

function endOf(error: unknown): WatchEnd {
  if (isSilent(error)) return 'silent';
  if (isExpired(error)) return 'expired';
  return isFromTheFuture(error) ? 'wentBack' : 'failed';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
