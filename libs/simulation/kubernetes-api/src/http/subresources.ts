import { request as httpRequest } from 'node:http';
import { fieldsOf, textOf } from '../wire/json';
import type { KubeNode, KubeObject, Pod } from '../wire/objects';
import { timestamp, type ApiContext } from '../context';
import { evict } from '../operations/evict';
import { knownResource } from '../resources';
import { badRequest, conflict, methodNotAllowed, StatusError, unknownResource } from '../status-error';
import type { Exchange } from './exchange';
import type { ObjectPath } from './path';

const PODS = knownResource('pods');
const NODES = knownResource('nodes');

/** Serves the subresources beyond `status`. */
export async function serveSubresource(
  context: ApiContext,
  exchange: Exchange,
  { resource, namespace, subresource }: ObjectPath,
  name: string,
): Promise<void> {
  if (resource === PODS && subresource === 'log') return serveLog(context, exchange, namespace, name);
  if (resource !== PODS) throw unknownResource();
  if (exchange.method !== 'POST') throw methodNotAllowed();
  const body = await exchange.body();
  if (subresource === 'binding') bind(context, namespace, name, body);
  else if (subresource === 'eviction') evict(context, namespace, name, body);
  else throw unknownResource();
  exchange.sendFields(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

/** Binds a pod to its node, once. */
function bind(context: ApiContext, namespace: string | undefined, name: string, body: unknown): void {
  const entry = context.store.get(PODS, namespace, name);
  const pod = entry.object as Pod;
  const node = textOf(fieldsOf(fieldsOf(body)['target'])['name']);
  if (node === undefined || node === '') throw badRequest('Binding is invalid: target.name: Required value');
  const uid = textOf(fieldsOf(fieldsOf(body)['metadata'])['uid']);
  if (uid !== undefined && uid !== '' && uid !== pod.metadata.uid)
    throw conflict(
      PODS,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid ?? ''}`,
    );
  if (pod.metadata.deletionTimestamp !== undefined)
    throw conflict(PODS, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName)
    throw conflict(PODS, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(context.now()),
  };
  const annotations = fieldsOf(fieldsOf(fieldsOf(body)['metadata'])['annotations']) as Record<string, string>;
  const metadata = { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } };
  const conditions = [
    ...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
    scheduled,
  ];
  const object: KubeObject = {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions },
  };
  context.store.replace(PODS, entry, object);
}

/** Logs come from the kubelet of the pod's node, as in a real cluster. */
function serveLog(
  context: ApiContext,
  exchange: Exchange,
  namespace: string | undefined,
  name: string,
): Promise<void> {
  const pod = context.store.get(PODS, namespace, name).object as Pod;
  const container = exchange.query.get('container') ?? onlyContainer(pod);
  if (!pod.spec.containers.concat(pod.spec.initContainers ?? []).some((item) => item.name === container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  const node = context.store.find(NODES, undefined, pod.spec.nodeName ?? '')?.object as KubeNode | undefined;
  const host = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const port = node?.status?.daemonEndpoints?.kubeletEndpoint?.Port;
  if (host === undefined || port === undefined) throw badRequest(`pod ${name} does not have a host assigned`);
  const path = `/containerLogs/${namespace ?? ''}/${name}/${container}?${exchange.query.toString()}`;
  return relay(exchange, host, port, path);
}

/** As the real server: several containers have no default. */
function onlyContainer({ metadata, spec: { containers, initContainers = [] } }: Pod): string {
  const names = (found: Pod['spec']['containers']): string => found.map(({ name }) => name).join(' ');
  const [first, ...more] = containers;
  if (first !== undefined && more.length === 0) return first.name;
  const initial =
    initContainers.length === 0 ? '' : ` or one of the init containers: [${names(initContainers)}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names(containers)}]${initial}`,
  );
}

function relay(exchange: Exchange, host: string, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host, port, path }, (answer) => {
      const type = answer.headers['content-type'] ?? 'text/plain';
      exchange.response.writeHead(answer.statusCode ?? 502, { 'content-type': type });
      exchange.response.flushHeaders();
      answer.pipe(exchange.response);
      answer.once('close', resolve);
    });
    exchange.response.once('close', () => outgoing.destroy());
    outgoing.once('error', (error) =>
      reject(new StatusError(500, 'InternalError', `Get "http://${host}:${port}${path}": ${error.message}`)),
    );
    outgoing.end();
  });
}
