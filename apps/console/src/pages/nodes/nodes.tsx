import { useMemo, useState, type ReactElement } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useNodes, type ClusterNodes } from '../../api/use-nodes';
import { useOperation } from '../../api/use-operation';
import { number, percent } from '../../components/values/numbers';
import { PageTitle } from '../../components/layout/page-title';
import { Panel } from '../../components/layout/panel';
import { Phase } from '../../components/values/phase';
import { Empty, Problem, Shown, Waiting } from '../../components/layout/states';
import { Cordon } from './cordon';
import { MigButton } from './mig-change';
import { nodeAddress } from './node-address';
import './nodes.css';
import { nodeFilter, nodesAddress, poolsOf, wantsNode, type NodeFilter } from './pools';

type Node = ClusterNodes['nodes'][number];
/** Rows of a large cluster are shown once somebody asks for them. */
const ROWS = 200;

/** Node pools and nodes with their GPUs, by cluster. */
export default function Nodes(): ReactElement {
  const { clusters, error, retry } = useNodes();
  const [, navigate] = useLocation();
  const filter = nodeFilter(useSearch());
  const show = (change: Partial<NodeFilter>): void =>
    navigate(nodesAddress({ ...filter, ...change }), { replace: true });
  return (
    <>
      <PageTitle name="Nodes and pools" />
      {clusters === undefined ? (
        error === null ? (
          <Waiting lines={8} />
        ) : (
          <Problem error={error} retry={retry} />
        )
      ) : null}
      {clusters?.length === 0 ? <Empty title="No cluster">The reader may see none.</Empty> : null}
      {clusters?.map((one) => (
        <OneCluster key={one.cluster.uuid} of={one} filter={filter} show={show} />
      ))}
    </>
  );
}

function OneCluster({
  of: { cluster, reading },
  filter,
  show,
}: {
  readonly of: ClusterNodes;
  readonly filter: NodeFilter;
  readonly show: (change: Partial<NodeFilter>) => void;
}): ReactElement {
  return (
    <Shown reading={reading} lines={8}>
      {(nodes) =>
        nodes.length === 0 ? (
          <Panel title={cluster.name}>
            <Empty title="No nodes">
              The scheduler of this cluster has reported none that the reader may see.
            </Empty>
          </Panel>
        ) : (
          <>
            <Pools clusterId={cluster.uuid} name={cluster.name} nodes={nodes} />
            <NodeList
              clusterId={cluster.uuid}
              name={cluster.name}
              nodes={nodes}
              filter={filter}
              show={show}
            />
          </>
        )
      }
    </Shown>
  );
}

function Pools({
  clusterId,
  name,
  nodes,
}: {
  readonly clusterId: string;
  readonly name: string;
  readonly nodes: readonly Node[];
}): ReactElement {
  const known = useOperation('get_node_pools', {}, { everyMs: 60_000 });
  const names = (known.data?.nodepools ?? [])
    .filter((pool) => pool.clusterId === clusterId)
    .map((pool) => pool.name);
  return (
    <Panel title={`Pools of ${name}`}>
      <div className="table" tabIndex={0} role="region" aria-label={`Pools of ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Pool</th>
              <th scope="col">GPU types</th>
              <th scope="col" className="number">
                Nodes
              </th>
              <th scope="col" className="number">
                GPUs ready
              </th>
              <th scope="col" className="number">
                Whole free
              </th>
              <th scope="col">Allocated</th>
            </tr>
          </thead>
          <tbody>
            {poolsOf(names, nodes).map((pool) => (
              <tr key={pool.name}>
                <td>
                  <Link href={nodesAddress({ search: '', pool: pool.name, status: '' })}>{pool.name}</Link>
                </td>
                <td>{pool.models.length === 0 ? '–' : pool.models.join(', ')}</td>
                <td className="number">
                  {pool.nodes}
                  {pool.closed === 0 ? null : <div className="small soft">{pool.closed} not in use</div>}
                </td>
                <td className="number">
                  {pool.readyGpus} of {pool.gpus}
                </td>
                <td className="number">{number(pool.free)}</td>
                <td>
                  <Share part={pool.allocated} whole={pool.gpus} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** A part of something as a bar with its numbers. */
function Share({ part, whole }: { readonly part: number; readonly whole: number }): ReactElement {
  return (
    <div className="amount">
      <span className="number">
        {number(part)} <span className="soft small">{percent(part, whole)}</span>
      </span>
      <span className="share" data-tone="busy" aria-hidden="true">
        <span style={{ width: `${whole === 0 ? 0 : Math.min(100, (100 * part) / whole)}%` }} />
      </span>
    </div>
  );
}

const STATUSES = [
  ['Ready', 'Ready'],
  ['Unschedulable', 'Cordoned'],
  ['NotReady', 'Not ready'],
] as const;

function NodeList({
  clusterId,
  name,
  nodes,
  filter,
  show,
}: {
  readonly clusterId: string;
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly filter: NodeFilter;
  readonly show: (change: Partial<NodeFilter>) => void;
}): ReactElement {
  const [all, setAll] = useState(false);
  const found = useMemo(() => nodes.filter((node) => wantsNode(filter, node)), [nodes, filter]);
  const shown = all ? found : found.slice(0, ROWS);
  const pools = [...new Set(nodes.map(({ nodePool }) => nodePool))].sort();
  const id = (field: string): string => `${field}-${clusterId}`;
  return (
    <Panel
      title={`Nodes of ${name}`}
      aside={
        <span className="soft number">
          {found.length === nodes.length
            ? `${nodes.length} nodes`
            : `${found.length} of ${nodes.length} nodes`}
        </span>
      }
    >
      <search className="bar">
        <div className="field">
          <label htmlFor={id('search')}>Search</label>
          <input
            id={id('search')}
            type="search"
            placeholder="Name or GPU type"
            value={filter.search}
            onChange={({ target }) => show({ search: target.value })}
          />
        </div>
        <div className="field">
          <label htmlFor={id('pool')}>Pool</label>
          <select id={id('pool')} value={filter.pool} onChange={({ target }) => show({ pool: target.value })}>
            <option value="">All</option>
            {pools.map((pool) => (
              <option key={pool}>{pool}</option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={id('status')}>Status</label>
          <select
            id={id('status')}
            value={filter.status}
            onChange={({ target }) => show({ status: target.value })}
          >
            <option value="">All</option>
            {STATUSES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
      </search>
      {found.length === 0 ? (
        <Empty title="No node matches">Change the filters.</Empty>
      ) : (
        <div className="table nodes" tabIndex={0} role="region" aria-label={`Nodes of ${name}`}>
          <table>
            <thead>
              <tr>
                {['Node', 'Status', 'Pool', 'GPU type'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
                <th scope="col" className="number">
                  GPUs
                </th>
                <th scope="col">Allocated</th>
                <th scope="col" className="number">
                  Replicas
                </th>
                <th scope="col">Change</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((node) => (
                <Row key={node.id} clusterId={clusterId} node={node} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length === found.length ? null : (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {found.length}
        </button>
      )}
    </Panel>
  );
}

function Row({ clusterId, node }: { readonly clusterId: string; readonly node: Node }): ReactElement {
  const allocated = node.gpus.reduce((sum, { allocatedGpu }) => sum + allocatedGpu, 0);
  const why = node.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.message;
  return (
    <tr>
      <td>
        <Link href={nodeAddress(clusterId, node.name)}>{node.name}</Link>
      </td>
      <td>
        <Phase phase={node.status} />
        {why === undefined || why === '' ? null : <div className="small soft reason">{why}</div>}
      </td>
      <td>{node.nodePool}</td>
      <td>{node.gpuInfo?.gpuType ?? 'none'}</td>
      <td className="number">{node.gpus.length}</td>
      <td>
        <Share part={allocated} whole={node.gpus.length} />
      </td>
      <td className="number">{node.replicas}</td>
      <td>
        <div className="bar">
          {node.gpus.length === 0 ? null : <MigButton clusterId={clusterId} node={node.name} />}
          <Cordon clusterId={clusterId} node={node.name} cordoned={node.status === 'Unschedulable'} />
        </div>
      </td>
    </tr>
  );
}
