import type { ReactElement } from 'react';
import { useNodes, type ClusterNodes } from '../../api/use-nodes';
import { memory, number } from '../../parts/numbers';
import { Panel } from '../../parts/panel';
import { Phase } from '../../parts/phase';
import { Empty, Problem, Waiting } from '../../parts/states';
import { MigChange } from './mig-change';

/** Every node with its GPUs, by cluster. */
export default function Nodes(): ReactElement {
  const { clusters, error } = useNodes();
  return (
    <>
      <h1>Nodes</h1>
      {clusters === undefined ? error === null ? <Waiting lines={8} /> : <Problem error={error} /> : null}
      {clusters?.map((cluster) => (
        <OneCluster key={cluster.cluster.uuid} {...cluster} />
      ))}
    </>
  );
}

function OneCluster({ cluster, nodes, error }: ClusterNodes): ReactElement {
  if (error !== null) return <Problem error={error} />;
  return (
    <Panel title={cluster.name} aside={<span className="soft number">{nodes.length} nodes</span>}>
      {nodes.length === 0 ? (
        <Empty title="No nodes">
          The scheduler of this cluster has reported none that the reader may see.
        </Empty>
      ) : (
        <div className="table" tabIndex={0} role="region" aria-label={`Nodes of ${cluster.name}`}>
          <table>
            <thead>
              <tr>
                {[
                  'Node',
                  'Status',
                  'Pool',
                  'GPU type',
                  'GPUs',
                  'Allocated',
                  'Memory allocated',
                  'Replicas',
                  'MIG',
                ].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {nodes.map((node) => (
                <Row key={node.id} clusterId={cluster.uuid} node={node} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Row({
  clusterId,
  node,
}: {
  readonly clusterId: string;
  readonly node: ClusterNodes['nodes'][number];
}): ReactElement {
  const allocated = node.gpus.reduce((sum, { allocatedGpu }) => sum + allocatedGpu, 0);
  const memoryMiB = node.gpus.reduce((sum, { allocatedMemoryMiB }) => sum + (allocatedMemoryMiB ?? 0), 0);
  const why = node.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.message;
  return (
    <tr>
      <td id={node.name}>{node.name}</td>
      <td>
        <Phase phase={node.status} />
        {why === undefined ? null : <div className="small soft reason">{why}</div>}
      </td>
      <td>{node.nodePool}</td>
      <td>{node.gpuInfo?.gpuType ?? 'none'}</td>
      <td className="number">{node.gpus.length}</td>
      <td className="number">{number(allocated)}</td>
      <td className="number">{memory(memoryMiB)}</td>
      <td className="number">{node.replicas}</td>
      <td>
        <MigChange clusterId={clusterId} node={node.name} />
      </td>
    </tr>
  );
}
