import type { ClusterNode, ClusterSnapshot, QuotaRule } from './model';
import type { ClusterModel } from './cluster-model';
import type { NodeState } from './node-state';

/** The model as a snapshot: a model created from it decides the same. Replicas are sorted by id. */
export const snapshotOf = (model: ClusterModel, quota: readonly QuotaRule[] = []): ClusterSnapshot => ({
  nodes: model.nodes.map(nodeOf),
  quota,
});

const nodeOf = ({ spec, devices, replicas }: NodeState): ClusterNode => ({
  ...spec,
  devices: spec.devices.map((device) => {
    const instances = devices.find(({ slot }) => slot === device.slot)?.mig?.instances;
    if (instances === undefined) return device;
    const plain = instances.map(({ replicaId: _used, ...instance }) => instance);
    return { ...device, mig: { ...device.mig, instances: plain } };
  }),
  replicas: [...replicas.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
});
