import { fieldsList, fieldsOf, type Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import { knownResource } from '../resources';
import { invalid, invalidValue, notSupported, required, type FieldProblem } from '../status-error';
import { addressesIn } from './service-addresses';
import type { Strategy } from './strategy';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const NODE_PORTS = { first: 30_000, last: 32_767 };

const portsOf = (object: KubeObject): readonly Fields[] => fieldsList(fieldsOf(object['spec'])['ports']);

function servicesBut(object: KubeObject, { store }: ApiContext): readonly KubeObject[] {
  return [...store.collection(knownResource('services')).in()]
    .map((entry) => entry.object)
    .filter(
      ({ metadata }) =>
        metadata.name !== object.metadata.name || metadata.namespace !== object.metadata.namespace,
    );
}

/** Instead of an address: the name of such a Service stands for its endpoints. */
const HEADLESS = 'None';

function assignAddress(spec: Fields, { store }: ApiContext): void {
  if (spec['clusterIP'] === HEADLESS) spec['clusterIPs'] ??= [HEADLESS];
  if (spec['clusterIP'] !== undefined || spec['type'] === 'ExternalName') return;
  const address = addressesIn(store).free();
  if (address === undefined) return;
  spec['clusterIP'] = address;
  spec['clusterIPs'] = [address];
}

function assignNodePorts(object: KubeObject, context: ApiContext): void {
  const type = fieldsOf(object['spec'])['type'];
  if (type !== 'NodePort' && type !== 'LoadBalancer') return;
  const others = servicesBut(object, context);
  const taken = new Set(others.flatMap((other) => portsOf(other).map((port) => port['nodePort'])));
  const problems: FieldProblem[] = [];
  portsOf(object).forEach((port, index) => {
    const field = `spec.ports[${index}].nodePort`;
    const asked = port['nodePort'];
    if (asked === undefined || asked === 0) port['nodePort'] = firstFree(taken);
    else if (Number(asked) < NODE_PORTS.first || Number(asked) > NODE_PORTS.last)
      problems.push(
        invalidValue(
          field,
          asked,
          `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`,
        ),
      );
    else if (taken.has(asked))
      problems.push(invalidValue(field, asked, 'provided port is already allocated'));
    taken.add(port['nodePort']);
  });
  if (problems.length > 0) throw invalid({ kind: 'Service', group: '' }, object.metadata.name, problems);
}

function firstFree(taken: ReadonlySet<unknown>): number {
  for (let port = NODE_PORTS.first; port <= NODE_PORTS.last; port += 1) if (!taken.has(port)) return port;
  throw new Error('No node port is free');
}

function prepare(object: KubeObject, context: ApiContext): void {
  const spec = fieldsOf(object['spec']);
  object['spec'] = spec;
  spec['type'] ??= 'ClusterIP';
  spec['sessionAffinity'] ??= 'None';
  for (const port of portsOf(object)) {
    port['protocol'] ??= 'TCP';
    port['targetPort'] ??= port['port'];
  }
  assignAddress(spec, context);
  assignNodePorts(object, context);
  if (spec['clusterIP'] !== undefined && (spec['clusterIP'] !== HEADLESS || spec['selector'] !== undefined)) {
    spec['ipFamilies'] ??= ['IPv4'];
    spec['ipFamilyPolicy'] ??= 'SingleStack';
  }
  spec['internalTrafficPolicy'] ??= 'Cluster';
  if (spec['type'] !== 'ClusterIP') spec['externalTrafficPolicy'] ??= 'Cluster';
  if (spec['type'] === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
}

/** Services get an address and node ports; two services never share a node port. */
export const serviceStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate: (object, context) => {
    prepare(object, context);
    object['status'] = { loadBalancer: {} };
  },
  prepareUpdate: (object, previous, context) => {
    const spec = fieldsOf(object['spec']);
    const before = fieldsOf(previous['spec']);
    if (spec['type'] !== 'ExternalName')
      for (const field of ['clusterIP', 'clusterIPs']) spec[field] ??= before[field];
    prepare(object, context);
  },
  validate: (object) => {
    const spec = fieldsOf(object['spec']);
    const ports = portsOf(object);
    const headless = spec['clusterIP'] === HEADLESS || spec['type'] === 'ExternalName';
    return [
      ...(ports.length === 0 && !headless ? [required('spec.ports')] : []),
      ...(TYPES.includes(String(spec['type'])) ? [] : [notSupported('spec.type', spec['type'], TYPES)]),
      ...ports.flatMap((port, index) => portProblems(port, index, ports.length)),
    ];
  },
  validateUpdate: (object, previous) => {
    const address = fieldsOf(object['spec'])['clusterIP'];
    const before = fieldsOf(previous['spec'])['clusterIP'];
    return before === undefined || address === undefined || address === before
      ? []
      : [invalidValue('spec.clusterIPs[0]', [address], 'may not change once set')];
  },
};

function portProblems(port: Fields, index: number, count: number): readonly FieldProblem[] {
  const field = `spec.ports[${index}]`;
  const number = Number(port['port']);
  return [
    ...(count > 1 && port['name'] === undefined ? [required(`${field}.name`)] : []),
    ...(Number.isInteger(number) && number >= 1 && number <= 65_535
      ? []
      : [invalidValue(`${field}.port`, port['port'] ?? 0, 'must be between 1 and 65535, inclusive')]),
  ];
}
