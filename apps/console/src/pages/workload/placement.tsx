import { useMemo, useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { matching, nodeGroups, type ExplainedNode, type NodeGroup } from './node-groups';
import './workload.css';

/** Nodes of a group that are shown at first. */
const SHOWN = 50;

/** What every node says to the workload: which have its replicas, which would get the next one, and why others do not. */
export function Placement({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_workload_placement', { params: { workloadId: id } }, { everyMs: 15_000 });
  return <Loaded query={query}>{(placement) => <Explained placement={placement} />}</Loaded>;
}

function Explained({ placement }: { readonly placement: BodyOf<'get_workload_placement'> }): ReactElement {
  const { fits, message, suggestions, nodes } = placement;
  const [text, setText] = useState('');
  const [only, setOnly] = useState('');
  const found = useMemo(() => nodeGroups(matching(nodes, text)), [nodes, text]);
  const all = useMemo(() => nodeGroups(nodes), [nodes]);
  const next = nodes.find(({ outcome }) => outcome === 'first');
  const shown = only === '' ? found : found.filter(({ key }) => key === only);
  return (
    <>
      <div className="notice" data-tone={fits ? 'good' : 'warn'}>
        <strong>
          {fits ? `A further replica would go to ${next?.node}` : 'A further replica fits on no node'}
        </strong>
        {message === undefined ? null : <span>{message}</span>}
        {suggestions.length === 0 ? null : (
          <ul className="suggestions">
            {suggestions.map((suggestion) => (
              <li key={suggestion}>{suggestion}</li>
            ))}
          </ul>
        )}
      </div>
      <Panel title="Node by node" aside={<span className="soft small">{nodes.length} nodes</span>}>
        <div className="bar">
          <div className="field">
            <label htmlFor="node-filter">Filter</label>
            <input
              id="node-filter"
              type="search"
              placeholder="Name, pool or reason"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </div>
          <div className="chips" role="group" aria-label="Verdicts">
            <Chip label="All" count={nodes.length} isOn={only === ''} choose={() => setOnly('')} />
            {all.map(({ key, title, tone, nodes: { length } }) => (
              <Chip
                key={key}
                label={title}
                count={length}
                tone={tone}
                isOn={only === key}
                choose={() => setOnly(only === key ? '' : key)}
              />
            ))}
          </div>
        </div>
        {shown.length === 0 ? (
          <Empty title={nodes.length === 0 ? 'The cluster has no nodes' : 'No node matches'} />
        ) : (
          shown.map((group) => (
            <Group key={`${group.key} ${text}`} group={group} isHolding={group.key === 'holds'} />
          ))
        )}
      </Panel>
    </>
  );
}

function Chip({
  label,
  count,
  tone,
  isOn,
  choose,
}: {
  readonly label: string;
  readonly count: number;
  readonly tone?: string;
  readonly isOn: boolean;
  readonly choose: () => void;
}): ReactElement {
  return (
    <button type="button" className="chip" data-tone={tone} aria-pressed={isOn} onClick={choose}>
      {label} <span className="number">{count}</span>
    </button>
  );
}

function Group({
  group: { title, tone, nodes },
  isHolding,
}: {
  readonly group: NodeGroup;
  /** Each says what it holds, and what of a further one. */
  readonly isHolding: boolean;
}): ReactElement {
  const [isAll, setAll] = useState(false);
  const reasons = new Set(nodes.map(({ reason }) => reason));
  const [reason] = reasons;
  const isShared = reasons.size === 1 && !isHolding;
  const shown = isAll ? nodes : nodes.slice(0, SHOWN);
  return (
    <details className="group" open={nodes.length <= SHOWN} data-tone={tone}>
      <summary>
        <strong>{title}</strong>{' '}
        <span className="soft">
          {nodes.length} {nodes.length === 1 ? 'node' : 'nodes'}
          {isShared ? `: ${reason}` : ''}
        </span>
      </summary>
      <ul>
        {shown.map((node) => (
          <OneNode key={node.node} node={node} hasReason={!isShared} />
        ))}
      </ul>
      {shown.length < nodes.length ? (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show the other {nodes.length - shown.length}
        </button>
      ) : null}
    </details>
  );
}

function OneNode({
  node: { node, nodePool, replicas, reason },
  hasReason,
}: {
  readonly node: ExplainedNode;
  readonly hasReason: boolean;
}): ReactElement {
  return (
    <li>
      <strong>{node}</strong>
      {nodePool === undefined ? null : <span className="pool small soft">{nodePool}</span>}
      {replicas === 0 ? null : <span> has {replicas === 1 ? '1 replica' : `${replicas} replicas`}</span>}
      {hasReason ? <div className="small">{replicas > 0 ? `A further one: ${reason}` : reason}</div> : null}
    </li>
  );
}
