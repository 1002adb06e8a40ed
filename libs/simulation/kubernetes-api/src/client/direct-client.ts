import type { ApiContext } from '../context';
import { objectPath as parsePath, type ObjectPath } from '../http/path';
import { list, parseRevision } from '../operations/list';
import { patch } from '../operations/patch';
import { deleteOptions, remove } from '../operations/remove';
import { create, update, type Target } from '../operations/write';
import { selection } from '../selectors';
import { expired, StatusError, unknownResource } from '../status-error';
import type { Change } from '../store/entry';
import { copyOf, fieldsOf, type Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import { ApiError, type KubeApi, type ListAnswer, type PatchKind, type WatchEvent } from './kube-api';

const PERSISTENT = { dryRun: false };

/**
 * The API of this process without HTTP: the same operations, validation and errors. It returns the stored objects
 * themselves, which must not be changed. Hundreds of kubelets in one process would otherwise spend most of it on
 * sockets.
 */
export class DirectClient implements KubeApi {
  constructor(private readonly context: ApiContext) {}

  get(path: string): Promise<KubeObject> {
    return this.run(() => {
      const { resource, namespace, name } = target(path);
      return this.context.store.get(resource, namespace, name).object;
    });
  }

  list(path: string): Promise<ListAnswer> {
    return this.run(() => {
      const { resource, namespace, query } = collection(path);
      const { entries, metadata } = list(this.context, resource, namespace, query);
      return { metadata, items: entries.map(({ object }) => object) };
    });
  }

  create(path: string, body: Fields): Promise<KubeObject> {
    return this.run(() => {
      const { resource, namespace } = collection(path);
      return create(this.context, resource, namespace, copyOf(body), PERSISTENT).object;
    });
  }

  replace(path: string, body: Fields): Promise<KubeObject> {
    return this.run(() => update(this.context, target(path), copyOf(body), PERSISTENT).entry.object);
  }

  patch(path: string, body: unknown, kind: PatchKind = 'merge'): Promise<KubeObject> {
    const options = { ...PERSISTENT, contentType: `application/${kind}-patch+json`, force: false };
    return this.run(() => patch(this.context, target(path), copyOf(body), options).entry.object);
  }

  remove(path: string, options: Fields = {}): Promise<Fields> {
    return this.run(() => {
      const how = deleteOptions(copyOf(options), new URLSearchParams());
      return fieldsOf(remove(this.context, target(path), how).entry.object);
    });
  }

  /**
   * Changes from the revision of the path on, until the signal is aborted; bookmarks and time limits are not needed
   * here.
   */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const { resource, namespace, query } = collection(path);
    const objects = this.context.store.collection(resource);
    const from = parseRevision(query.get('resourceVersion')) ?? this.context.store.revision;
    if (from < objects.oldestRevision)
      throw apiError(expired(`too old resource version: ${from} (${objects.oldestRevision})`));
    const matches = selection(resource.kind, query) ?? ((): boolean => true);
    let waiting: Change[] = [...objects.after(from)];
    let wake: () => void = () => undefined;
    const unlisten = objects.listen((change) => {
      waiting.push(change);
      wake();
    });
    const ended = (): void => wake();
    signal.addEventListener('abort', ended);
    try {
      while (!signal.aborted) {
        const changes = waiting;
        waiting = [];
        for (const change of changes) {
          const event = seen(change, namespace, matches);
          if (event !== undefined) yield event;
        }
        if (waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
      }
    } finally {
      unlisten();
      signal.removeEventListener('abort', ended);
    }
  }

  close(): void {
    // There is no connection to close.
  }

  /** Runs in a later turn of the event loop, so that many calls do not block other requests. */
  private async run<T>(operation: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return operation();
    } catch (error) {
      throw error instanceof StatusError ? apiError(error) : error;
    }
  }
}

const apiError = ({ code, reason, message }: StatusError): ApiError => new ApiError(code, reason, message);

interface Addressed extends ObjectPath {
  readonly query: URLSearchParams;
}

function collection(path: string): Addressed {
  const [pathname = '', query = ''] = path.split('?');
  const found = parsePath(pathname);
  if (found === undefined) throw unknownResource();
  return { ...found, query: new URLSearchParams(query) };
}

function target(path: string): Target {
  const { resource, namespace, name, subresource } = collection(path);
  if (name === undefined) throw unknownResource();
  return { resource, namespace, name, subresource };
}

/** The watch event of a change under this selection: entering it is a creation, leaving it a deletion. */
function seen(
  { type, entry, previous }: Change,
  namespace: string | undefined,
  matches: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  const { object } = entry;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined;
  const now = type !== 'DELETED' && matches(object);
  const before = previous !== undefined && matches(previous.object);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  return before ? { type: 'DELETED', object } : undefined;
}
