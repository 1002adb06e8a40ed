import type { ApiContext } from '../context';
import { fromStored, toStored } from '../objects/event-versions';
import { list } from '../operations/list';
import { patch } from '../operations/patch';
import { deleteOptions, remove, type Removal } from '../operations/remove';
import { create, update, type Target, type WriteOptions } from '../operations/write';
import { knownResource, type ResourceKind } from '../resources';
import { strategyOf } from '../rules/table';
import { methodNotAllowed } from '../status-error';
import { jsonOf, type Entry } from '../store/entry';
import { renderEntry, renderList, representation } from '../table/representation';
import type { Exchange } from './exchange';
import type { ObjectPath } from './path';
import { WatchStream, type WatchTiming } from './watch-stream';

export interface ObjectServer {
  readonly context: ApiContext;
  readonly timing: WatchTiming;
}

/** The kind under which a resource is stored: both event groups end in the core one. */
const storedKind = (resource: ResourceKind): ResourceKind =>
  resource.storage === 'events' ? knownResource('events') : resource;

const writeOptions = (exchange: Exchange): WriteOptions => ({
  dryRun: exchange.query.getAll('dryRun').includes('All'),
});

/** Serves the requests for a collection: list, watch, create, deletecollection. */
export async function serveCollection(
  server: ObjectServer,
  exchange: Exchange,
  path: ObjectPath,
): Promise<void> {
  const { context } = server;
  const stored = storedKind(path.resource);
  switch (exchange.method) {
    case 'GET':
      return exchange.query.get('watch') === 'true' || exchange.query.get('watch') === '1'
        ? serveWatch(server, exchange, path)
        : serveList(context, exchange, path);
    case 'POST': {
      const body = toStored(path.resource, await exchange.body());
      const entry = create(context, stored, path.namespace, body, writeOptions(exchange));
      return sendEntry(context, exchange, path.resource, entry, 201);
    }
    case 'DELETE': {
      const options = deleteOptions(await exchange.body(), exchange.query);
      const { entries } = list(context, stored, path.namespace, exchange.query);
      for (const { object } of entries)
        remove(
          context,
          { resource: stored, namespace: object.metadata.namespace, name: object.metadata.name },
          options,
        );
      const metadata = { resourceVersion: String(context.store.revision) };
      return exchange.send(
        200,
        renderList(path.resource, entries, metadata, { as: 'object' }, context.now()),
      );
    }
    default:
      throw methodNotAllowed();
  }
}

function serveList(context: ApiContext, exchange: Exchange, { resource, namespace }: ObjectPath): void {
  const how = representation(exchange.request.headers.accept, exchange.query);
  const { entries, metadata } = list(context, storedKind(resource), namespace, exchange.query);
  const shown = entries.map((entry) => fromStored(resource, entry));
  exchange.send(200, renderList(resource, shown, metadata, how, context.now()));
}

function serveWatch({ context, timing }: ObjectServer, exchange: Exchange, path: ObjectPath): void {
  const how = representation(exchange.request.headers.accept, exchange.query);
  const { resource, namespace } = path;
  const { query, response } = exchange;
  if (path.name !== undefined) query.set('fieldSelector', `metadata.name=${path.name}`);
  new WatchStream(context, { resource, namespace, query, how }, response).start(timing);
}

/** Serves the requests for one object and its status. */
export async function serveObject(
  server: ObjectServer,
  exchange: Exchange,
  path: ObjectPath,
  name: string,
): Promise<void> {
  const { context } = server;
  const { resource, namespace, subresource } = path;
  const target: Target = { resource: storedKind(resource), namespace, name, subresource };
  switch (exchange.method) {
    case 'GET':
      if (exchange.query.get('watch') === 'true') return serveWatch(server, exchange, path);
      return sendEntry(context, exchange, resource, context.store.get(target.resource, namespace, name), 200);
    case 'PUT': {
      const body = toStored(resource, await exchange.body());
      const { entry, created } = update(context, target, body, writeOptions(exchange));
      return sendEntry(context, exchange, resource, entry, created ? 201 : 200);
    }
    case 'PATCH': {
      const body = toStored(resource, await exchange.body());
      const manager = exchange.query.get('fieldManager');
      const { entry, created } = patch(context, target, body, {
        ...writeOptions(exchange),
        contentType: exchange.contentType,
        force: exchange.query.get('force') === 'true',
        ...(manager === null ? {} : { fieldManager: manager }),
      });
      return sendEntry(context, exchange, resource, entry, created ? 201 : 200);
    }
    case 'DELETE': {
      if (subresource !== undefined) throw methodNotAllowed();
      const removal = remove(context, target, deleteOptions(await exchange.body(), exchange.query));
      return sendRemoval(exchange, resource, removal);
    }
    default:
      throw methodNotAllowed();
  }
}

function sendEntry(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceKind,
  entry: Entry,
  code: number,
): void {
  const how = representation(exchange.request.headers.accept, exchange.query);
  exchange.send(code, renderEntry(resource, fromStored(resource, entry), how, context.now()));
}

/** A deleted object, or for most kinds a Status about the deletion. */
function sendRemoval(exchange: Exchange, resource: ResourceKind, { entry, gone }: Removal): void {
  const { name, uid } = entry.object.metadata;
  if (!gone || strategyOf(resource).returnsDeleted === true)
    return exchange.send(200, jsonOf(fromStored(resource, entry)));
  exchange.sendFields(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      uid,
    },
  });
}
