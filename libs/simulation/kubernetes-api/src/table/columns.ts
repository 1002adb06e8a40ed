import { fieldsList, fieldsOf, listOf, type Fields } from '../wire/json';
import type { KubeObject, KubeNode, Pod } from '../wire/objects';
import type { ResourceKind } from '../resources';
import { age } from './age';
import { column, type Column } from './column';
import { podCells, POD_COLUMNS } from './pod-cells';

export interface TableKind {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject, now: number) => readonly unknown[];
}

const created = (object: KubeObject, now: number): string => age(object.metadata.creationTimestamp, now);
const count = (value: unknown): number => Object.keys(fieldsOf(value)).length;
const spec = (object: KubeObject): Fields => fieldsOf(object['spec']);
const status = (object: KubeObject): Fields => fieldsOf(object['status']);
const orNone = (value: unknown): string => (value === undefined || value === '' ? '<none>' : String(value));

/** A table with the columns Name and Age and some between them. */
function simple(between: readonly string[], cells: (object: KubeObject) => readonly unknown[]): TableKind {
  return {
    columns: [column('Name'), ...between.map((name) => column(name)), column('Age')],
    cells: (object, now) => [object.metadata.name, ...cells(object), created(object, now)],
  };
}

const NODES: TableKind = {
  columns: [
    ...['Name', 'Status', 'Roles', 'Age', 'Version'].map((name) => column(name)),
    ...['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'].map((name) =>
      column(name, 1),
    ),
  ],
  cells: (object, now) => {
    const node = object as KubeNode;
    const info = fieldsOf(node.status?.nodeInfo);
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    const state = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
    const roles = Object.keys(node.metadata.labels ?? {})
      .filter((key) => key.startsWith('node-role.kubernetes.io/'))
      .map((key) => key.split('/')[1]);
    const address = (type: string): string =>
      node.status?.addresses?.find((item) => item.type === type)?.address ?? '<none>';
    return [
      node.metadata.name,
      node.spec.unschedulable === true ? `${state},SchedulingDisabled` : state,
      roles.length > 0 ? roles.sort().join(',') : '<none>',
      created(object, now),
      info['kubeletVersion'] ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info['osImage'] ?? '<unknown>',
      info['kernelVersion'] ?? '<unknown>',
      info['containerRuntimeVersion'] ?? '<unknown>',
    ];
  },
};

function servicePorts(object: KubeObject): string {
  const ports = fieldsList(spec(object)['ports']).map(({ port, nodePort, protocol }) =>
    nodePort === undefined
      ? `${String(port)}/${String(protocol)}`
      : `${String(port)}:${String(nodePort)}/${String(protocol)}`,
  );
  return ports.length > 0 ? ports.join(',') : '<none>';
}

function serviceExternal(object: KubeObject): string {
  const ingress = fieldsList(fieldsOf(status(object)['loadBalancer'])['ingress']).map(
    ({ ip, hostname }) => ip ?? hostname,
  );
  const given = [...listOf(spec(object)['externalIPs']), ...ingress];
  if (given.length > 0) return given.join(',');
  return spec(object)['type'] === 'LoadBalancer' ? '<pending>' : '<none>';
}

const SERVICES: TableKind = {
  columns: [
    ...['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'].map((name) => column(name)),
    column('Selector', 1),
  ],
  cells: (object, now) => [
    object.metadata.name,
    spec(object)['type'],
    orNone(spec(object)['clusterIP']),
    serviceExternal(object),
    servicePorts(object),
    created(object, now),
    orNone(
      Object.entries(fieldsOf(spec(object)['selector']))
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(','),
    ),
  ],
};

const EVENTS: TableKind = {
  columns: ['Last Seen', 'Type', 'Reason', 'Object', 'Message']
    .map((name) => column(name))
    .concat(column('Count', 1, 'integer'), column('Name', 1)),
  cells: (object, now) => {
    const about = fieldsOf(object['involvedObject']);
    const seen = (object['lastTimestamp'] ??
      object['eventTime'] ??
      object.metadata.creationTimestamp) as string;
    return [
      age(seen, now),
      object['type'],
      object['reason'],
      `${String(about['kind'] ?? '').toLowerCase()}/${String(about['name'] ?? '')}`,
      String(object['message'] ?? '').trim(),
      object['count'] ?? 1,
      object.metadata.name,
    ];
  },
};

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const claimModes = (object: KubeObject): string =>
  listOf(spec(object)['accessModes'])
    .map((mode) => MODES[String(mode)] ?? String(mode))
    .join(',');

const TABLES: Readonly<Record<string, TableKind>> = {
  pods: { columns: POD_COLUMNS, cells: (object, now) => podCells(object as Pod, now) },
  nodes: NODES,
  services: SERVICES,
  events: EVENTS,
  namespaces: simple(['Status'], (object) => [status(object)['phase']]),
  configmaps: simple(['Data'], (object) => [count(object['data']) + count(object['binaryData'])]),
  secrets: simple(['Type', 'Data'], (object) => [object['type'], count(object['data'])]),
  persistentvolumeclaims: simple(
    ['Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass'],
    (object) => [
      object.metadata.deletionTimestamp === undefined ? status(object)['phase'] : 'Terminating',
      spec(object)['volumeName'] ?? '',
      fieldsOf(status(object)['capacity'])['storage'] ?? '',
      claimModes(object),
      spec(object)['storageClassName'] ?? '',
    ],
  ),
  persistentvolumes: simple(
    ['Capacity', 'Access Modes', 'Reclaim Policy', 'Status', 'Claim', 'StorageClass'],
    (object) => {
      const claim = fieldsOf(spec(object)['claimRef']);
      return [
        fieldsOf(spec(object)['capacity'])['storage'] ?? '',
        claimModes(object),
        spec(object)['persistentVolumeReclaimPolicy'] ?? '',
        status(object)['phase'],
        claim['name'] === undefined ? '' : `${String(claim['namespace'])}/${String(claim['name'])}`,
        spec(object)['storageClassName'] ?? '',
      ];
    },
  ),
  'leases.coordination.k8s.io': simple(['Holder'], (object) => [spec(object)['holderIdentity'] ?? '']),
  'storageclasses.storage.k8s.io': simple(['Provisioner', 'ReclaimPolicy', 'VolumeBindingMode'], (object) => [
    object['provisioner'],
    object['reclaimPolicy'],
    object['volumeBindingMode'],
  ]),
  'runtimeclasses.node.k8s.io': simple(['Handler'], (object) => [object['handler']]),
  'priorityclasses.scheduling.k8s.io': simple(['Value', 'Global-Default'], (object) => [
    object['value'],
    object['globalDefault'] ?? false,
  ]),
};

const NAME_AND_AGE = simple([], () => []);

export const tableOf = (resource: ResourceKind): TableKind => TABLES[resource.storage] ?? NAME_AND_AGE;
