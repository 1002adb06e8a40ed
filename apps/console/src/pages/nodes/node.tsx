import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useNodes, type ClusterNodes } from '../../api/use-nodes';
import { useOperation } from '../../api/use-operation';
import { memory, number } from '../../components/values/numbers';
import { PageTitle } from '../../components/layout/page-title';
import { Panel } from '../../components/layout/panel';
import { Phase } from '../../components/values/phase';
import { Empty, Loaded, Problem, Shown, Waiting } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { Cordon } from './cordon';
import { Devices } from './devices';
import { MigConfig } from './mig-change';
import { NodePlots } from './node-plots';
import './nodes.css';

type Node = ClusterNodes['nodes'][number];
const PODS = 500;

/** One node: why it is in its status, its GPUs, what runs on it, and what can be changed. */
export default function NodePage({
  clusterId,
  name,
}: {
  readonly clusterId: string;
  readonly name: string;
}): ReactElement {
  const { clusters, error, retry } = useNodes();
  const found = clusters?.find(({ cluster }) => cluster.uuid === clusterId);
  if (clusters === undefined)
    return error === null ? <Waiting lines={8} /> : <Problem error={error} retry={retry} />;
  if (found === undefined) return <Gone name={name} />;
  return (
    <Shown reading={found.reading} lines={8}>
      {(nodes) => {
        const node = nodes.find((one) => one.name === name);
        return node === undefined ? <Gone name={name} /> : <Known clusterId={clusterId} node={node} />;
      }}
    </Shown>
  );
}

const Above = (): ReactElement => <Link href="/nodes">Nodes</Link>;

function Gone({ name }: { readonly name: string }): ReactElement {
  return (
    <>
      <PageTitle name={name} above={<Above />} />
      <Empty title="There is no such node">
        It has left its cluster, or the reader may not see it. <Link href="/nodes">All nodes</Link>
      </Empty>
    </>
  );
}

function Known({ clusterId, node }: { readonly clusterId: string; readonly node: Node }): ReactElement {
  const cordoned = node.status === 'Unschedulable';
  const ready = node.conditions.find(({ type }) => type === 'Ready');
  return (
    <>
      <PageTitle name={node.name} above={<Above />}>
        <Cordon clusterId={clusterId} node={node.name} cordoned={cordoned} />
      </PageTitle>
      <div className="notice" data-tone={node.status === 'Ready' ? 'good' : cordoned ? 'warn' : 'bad'}>
        <Phase phase={node.status} />
        <span>
          {node.status === 'Ready'
            ? 'It takes new pods.'
            : cordoned
              ? 'Nothing new is placed on it; what runs there stays.'
              : (ready?.message ?? 'Its kubelet does not report that it is ready.')}
        </span>
      </div>
      <div className="columns">
        <Panel title="GPUs">
          <Devices node={node} />
        </Panel>
        <Panel title="The node">
          <Facts node={node} />
        </Panel>
        <Panel title="MIG layout">
          <MigConfig clusterId={clusterId} node={node.name} />
        </Panel>
        <Panel title="Conditions">
          <ul className="steps">
            {node.conditions.map(({ type, status, reason, message, lastTransitionTime }) => (
              <li key={type}>
                <When at={lastTransitionTime} />
                <div>
                  <strong>{type}</strong> {status} {reason === '' ? '' : `(${reason})`}
                  <div className="small">{message}</div>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
      <Pods clusterId={clusterId} node={node.name} />
      {node.gpus.length === 0 ? null : <NodePlots nodeId={node.id} />}
    </>
  );
}

function Facts({ node }: { readonly node: Node }): ReactElement {
  const facts: readonly (readonly [string, string])[] = [
    ['Pool', node.nodePool],
    ['Type', node.nodeType ?? '–'],
    ['GPU type', node.gpuInfo?.gpuType ?? 'none'],
    ['Processors', number(node.cpuCores)],
    ['Memory', memory(node.memoryMiB)],
    ['Replicas', number(node.replicas)],
    [
      'Taints',
      node.taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', ') ||
        'none',
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      <dt>Created</dt>
      <dd>
        <When at={node.createdAt} />
      </dd>
    </dl>
  );
}

function Pods({ clusterId, node }: { readonly clusterId: string; readonly node: string }): ReactElement {
  const query = useOperation(
    'list_pods',
    { query: { filterBy: `clusterId==${clusterId},nodeName==${node}`, limit: PODS, verbosity: 'full' } },
    { everyMs: 15_000 },
  );
  return (
    <Panel title="Workloads on it">
      <Loaded query={query}>
        {({ pods }) => {
          const running = pods.filter(({ completedAt }) => completedAt === null || completedAt === undefined);
          return running.length === 0 ? (
            <Empty title="No workload">No replica of a workload that the reader may see runs here.</Empty>
          ) : (
            <div className="table" tabIndex={0} role="region" aria-label={`Workloads on ${node}`}>
              <table>
                <thead>
                  <tr>
                    {['Workload', 'Project', 'Pod', 'Phase'].map((head) => (
                      <th key={head} scope="col">
                        {head}
                      </th>
                    ))}
                    <th scope="col" className="number">
                      GPU
                    </th>
                    <th scope="col">MIG</th>
                    <th scope="col">Created</th>
                  </tr>
                </thead>
                <tbody>
                  {running.map((pod) => (
                    <tr key={pod.id}>
                      <td>
                        <Link href={`/workloads/${pod.workloadId}`}>{pod.workloadName}</Link>
                      </td>
                      <td>{pod.projectName}</td>
                      <td>{pod.name}</td>
                      <td>
                        <Phase phase={pod.k8sPhase} />
                      </td>
                      <td className="number">{number(pod.allocatedResources?.gpu ?? 0)}</td>
                      <td>{pod.allocatedResources?.migProfile ?? '–'}</td>
                      <td>
                        <When at={pod.createdAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
