import type { ServerResponse } from 'node:http';
import { maybe } from '@tessera/kernel';
import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import { parseRevision } from '../operations/list';
import { apiVersionOf, type ResourceKind } from '../resources';
import { selection, type Predicate } from '../selectors';
import { expired, forbiddenField, invalid } from '../status-error';
import { jsonOf, type Change, type Entry } from '../store/entry';
import { renderEntry, type Representation } from '../table/representation';

export interface WatchRequest {
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  readonly how: Representation;
}

export interface WatchTiming {
  /** Interval between two bookmarks, ms. */
  readonly bookmarkMs: number;
  /** Duration of a watch without `timeoutSeconds`, ms. */
  readonly defaultTimeoutMs: number;
}

/** A client with this many unread bytes is disconnected; it will list and watch again. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** One watch: past changes from the history, then every change, until the client or the time limit ends it. */
export class WatchStream {
  private readonly matches: Predicate | undefined;
  private readonly bookmarks: boolean;
  private waiting: string[] = [];
  private columnsSent = false;
  /** The version that the client has: the server sends nothing that is older, although it may not have reached it. */
  private reached = 0;

  constructor(
    private readonly context: ApiContext,
    private readonly request: WatchRequest,
    private readonly response: ServerResponse,
  ) {
    this.matches = selection(request.resource.kind, request.query);
    this.bookmarks = request.query.get('allowWatchBookmarks') === 'true';
    demandConsistent(request.query);
  }

  /** Starts the stream. Problems with the start revision are sent as an ERROR event, as by the real server. */
  start(timing: WatchTiming): void {
    const { store } = this.context;
    const collection = store.collection(this.request.resource);
    const asked = parseRevision(this.request.query.get('resourceVersion'));
    this.response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
    });
    this.response.flushHeaders();
    const initial = this.request.query.get('sendInitialEvents');
    const fromNow = initial === 'true' || (initial === null && !asked);
    if (!fromNow && asked !== undefined && asked !== 0 && asked < collection.oldestRevision) {
      const error = expired(`too old resource version: ${asked} (${collection.oldestRevision})`);
      this.send(`{"type":"ERROR","object":${JSON.stringify(error.body)}}\n`);
      this.flush();
      this.response.end();
      return;
    }
    if (!fromNow) this.reached = asked ?? 0;
    if (fromNow) this.sendState(collection.ordered(this.request.namespace));
    else for (const change of collection.after(asked ?? store.revision)) this.offer(change);
    if (initial === 'true') this.sendBookmark({ 'k8s.io/initial-events-end': 'true' });
    this.follow(
      collection.listen((change) => this.offer(change)),
      timing,
    );
  }

  private follow(unlisten: () => void, { bookmarkMs, defaultTimeoutMs }: WatchTiming): void {
    const asked = Number(this.request.query.get('timeoutSeconds') ?? 0) * 1000;
    const ticker = this.bookmarks ? setInterval(() => this.sendBookmark(), bookmarkMs) : undefined;
    const limit = setTimeout(
      () => {
        if (this.bookmarks) this.sendBookmark();
        this.flush();
        this.response.end();
      },
      asked > 0 ? asked : defaultTimeoutMs,
    );
    this.response.once('close', () => {
      unlisten();
      clearInterval(ticker);
      clearTimeout(limit);
    });
  }

  private sendState(entries: readonly Entry[]): void {
    for (const entry of entries) if (this.accepts(entry.object)) this.send(this.line('ADDED', entry));
  }

  private accepts(object: KubeObject): boolean {
    return this.matches === undefined || this.matches(object);
  }

  /** With a selector, entering it is reported as a creation and leaving it as a deletion. */
  private offer({ type, entry, previous }: Change): void {
    if (entry.revision <= this.reached) return;
    const { namespace } = this.request;
    if (namespace !== undefined && entry.object.metadata.namespace !== namespace) return;
    if (this.matches === undefined) return this.send(this.line(type, entry));
    const now = type !== 'DELETED' && this.matches(entry.object);
    const before = previous !== undefined && this.matches(previous.object);
    if (now) this.send(this.line(before ? 'MODIFIED' : 'ADDED', entry));
    else if (before) this.send(this.line('DELETED', type === 'DELETED' ? entry : leaving(previous, entry)));
  }

  private line(type: Change['type'], entry: Entry): string {
    const { how, resource } = this.request;
    if (how.as === 'object') return `{"type":"${type}","object":${jsonOf(entry)}}\n`;
    const rendered = JSON.parse(renderEntry(resource, entry, how, this.context.now())) as Record<
      string,
      unknown
    >;
    if (how.as === 'table' && this.columnsSent) rendered['columnDefinitions'] = null;
    this.columnsSent = true;
    return `${JSON.stringify({ type, object: rendered })}\n`;
  }

  private sendBookmark(annotations?: Record<string, string>): void {
    if (this.context.store.revision < this.reached) return;
    const { resource, how } = this.request;
    const metadata = {
      resourceVersion: String(this.context.store.revision),
      creationTimestamp: null,
      ...maybe('annotations', annotations),
    };
    const plain = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    const object =
      how.as === 'table'
        ? {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { resourceVersion: metadata.resourceVersion },
            columnDefinitions: null,
            rows: [],
          }
        : plain;
    this.send(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  /** Lines of one turn of the event loop are written together. */
  private send(line: string): void {
    this.waiting.push(line);
    if (this.waiting.length === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.waiting.length === 0 || this.response.writableEnded || this.response.destroyed) return;
    this.response.write(this.waiting.join(''));
    this.waiting = [];
    if (this.response.writableLength > MAX_WAITING_BYTES) this.response.destroy();
  }
}

/** The last state inside the selection, with the version at which the object left it. */
function leaving(previous: Entry, entry: Entry): Entry {
  const { object } = previous;
  const metadata = { ...object.metadata, resourceVersion: String(entry.revision) };
  const left = { ...object, metadata };
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = left;
  return { ...previous, object: left, body: JSON.stringify(rest) };
}

function demandConsistent(query: URLSearchParams): void {
  const initial = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  if (initial !== null && match !== 'NotOlderThan')
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      forbiddenField(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    ]);
  if (initial === null && match !== null && match !== '')
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    ]);
}
