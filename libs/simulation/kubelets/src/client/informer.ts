import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { KubeObject } from '@tessera/simulation-kubernetes-api/wire';
import { ApiError, isExpired, type KubeApi } from '@tessera/simulation-kubernetes-api/client';

export interface InformerHandlers<T extends KubeObject> {
  /** Called with the current object, new or changed; also possibly again for an unchanged one. */
  readonly changed: (object: T) => void;
  readonly deleted: (object: T) => void;
}

const BACKOFF = { firstMs: 100, maxMs: 5_000 };
const PAGE = 2_000;

/**
 * Mirrors the objects under a path: list, watch, list again when the watch is too old; exponential backoff on errors.
 */
export class Informer<T extends KubeObject> {
  private readonly known = new Map<string, T>();
  private readonly stopping = new AbortController();
  private resourceVersion = '';
  private synced = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly client: KubeApi,
    private readonly path: string,
    private readonly handlers: InformerHandlers<T>,
    private readonly logger: Logger,
  ) {}

  get hasSynced(): boolean {
    return this.synced;
  }

  /** The last known objects, by uid. */
  get objects(): Iterable<T> {
    return this.known.values();
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.resourceVersion === '') await this.relist();
        await this.follow();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures = isExpired(error) ? 0 : failures + 1;
        if (isExpired(error)) this.resourceVersion = '';
        else this.logger.warn({ err: error, path: this.path }, 'a watch failed, will retry');
        if (error instanceof ApiError) this.resourceVersion = '';
        await pause(backoffMs(failures + 1, BACKOFF, Math.random()), signal);
      }
    }
  }

  private async relist(): Promise<void> {
    const seen = new Set<string>();
    let token = '';
    do {
      const { metadata, items } = await this.client.list(
        this.withQuery({ limit: String(PAGE), ...(token === '' ? {} : { continue: token }) }),
      );
      for (const item of items) {
        seen.add(item.metadata.uid ?? '');
        this.put(item as T);
      }
      this.resourceVersion = metadata.resourceVersion;
      token = metadata.continue ?? '';
    } while (token !== '');
    for (const [uid, object] of this.known) if (!seen.has(uid)) this.drop(object);
    this.synced = true;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const path = this.withQuery({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.resourceVersion,
      timeoutSeconds: String(240 + Math.round(Math.random() * 120)),
    });
    for await (const { type, object } of this.client.watch(path, signal)) {
      if (type === 'ERROR')
        throw new ApiError(
          Number(object['code'] ?? 500),
          String(object['reason'] ?? ''),
          String(object['message'] ?? ''),
        );
      this.resourceVersion = object.metadata.resourceVersion ?? this.resourceVersion;
      if (type === 'DELETED') this.drop(object as T);
      else if (type !== 'BOOKMARK') this.put(object as T);
    }
  }

  private put(object: T): void {
    const uid = object.metadata.uid ?? '';
    if (this.known.get(uid)?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.known.set(uid, object);
    this.handlers.changed(object);
  }

  private drop(object: T): void {
    this.known.delete(object.metadata.uid ?? '');
    this.handlers.deleted(object);
  }

  private withQuery(query: Record<string, string>): string {
    const [path = '', given = ''] = this.path.split('?');
    const parameters = new URLSearchParams(given);
    for (const [name, value] of Object.entries(query)) parameters.set(name, value);
    return `${path}?${parameters.toString()}`;
  }
}
