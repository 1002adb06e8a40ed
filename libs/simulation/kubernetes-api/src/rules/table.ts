import { fieldsOf } from '../wire/json';
import type { ResourceKind } from '../resources';
import { required } from '../status-error';
import { limitRangeStrategy } from './limit-ranges';
import { namespaceStrategy } from './namespaces';
import { nodeStrategy } from './nodes';
import { podStrategy } from './pods';
import { serviceStrategy } from './services';
import { claimStrategy } from './storage';
import type { Strategy } from './strategy';

const NONE: Strategy = {};

/** Rules by storage key; kinds without an entry are stored unchanged. */
const STRATEGIES: Readonly<Record<string, Strategy>> = {
  pods: podStrategy,
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  services: serviceStrategy,
  limitranges: limitRangeStrategy,
  persistentvolumeclaims: claimStrategy,
  persistentvolumes: {
    prepareCreate: (object) => {
      object['status'] = { phase: 'Available', ...fieldsOf(object['status']) };
    },
    returnsDeleted: true,
  },
  secrets: {
    prepareCreate: (object) => {
      object['type'] ??= 'Opaque';
      mergeStringData(object);
    },
    prepareUpdate: (object) => mergeStringData(object),
  },
  serviceaccounts: { returnsDeleted: true },
  events: { createOnUpdate: true },
  endpoints: { createOnUpdate: true },
  'leases.coordination.k8s.io': { createOnUpdate: true, versionedUpdate: true },
  'storageclasses.storage.k8s.io': {
    prepareCreate: (object) => {
      object['reclaimPolicy'] ??= 'Delete';
      object['volumeBindingMode'] ??= 'Immediate';
    },
    validate: (object) => (object['provisioner'] === undefined ? [required('provisioner')] : []),
  },
  'priorityclasses.scheduling.k8s.io': {
    prepareCreate: (object) => {
      object['preemptionPolicy'] ??= 'PreemptLowerPriority';
    },
  },
  'deployments.apps': { countsGenerations: true },
  'replicasets.apps': { countsGenerations: true },
  'poddisruptionbudgets.policy': { countsGenerations: true },
  'ingresses.networking.k8s.io': { countsGenerations: true },
  'endpointslices.discovery.k8s.io': { countsGenerations: true },
};

/** `stringData` is write-only: it ends up in `data`. */
function mergeStringData(object: Record<string, unknown>): void {
  const given = Object.entries(fieldsOf(object['stringData']));
  if (given.length > 0)
    object['data'] = {
      ...fieldsOf(object['data']),
      ...Object.fromEntries(
        given.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]),
      ),
    };
  delete object['stringData'];
}

export const strategyOf = (resource: ResourceKind): Strategy => STRATEGIES[resource.storage] ?? NONE;
