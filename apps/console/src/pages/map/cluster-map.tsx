import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useNodes } from '../../api/use-nodes';
import { Empty, Problem, Waiting } from '../../parts/states';
import { number } from '../../parts/numbers';
import { deviceAt, layoutOf, type Device } from './layout';
import { paint } from './paint';

/** Every GPU of every node as a bar: how much of it is allocated, and its MIG instances in their places. */
export default function ClusterMap(): ReactElement {
  const { clusters, error } = useNodes();
  return (
    <>
      <div className="title">
        <h1>Cluster map</h1>
        <Legend />
      </div>
      {clusters === undefined ? error === null ? <Waiting lines={8} /> : <Problem error={error} /> : null}
      {clusters?.map(({ cluster, nodes, error: failure }) =>
        failure !== null ? (
          <Problem key={cluster.uuid} error={failure} />
        ) : (
          <section key={cluster.uuid} className="panel" aria-label={cluster.name}>
            <h2>{cluster.name}</h2>
            {nodes.length === 0 ? <Empty title="No nodes" /> : <OneMap nodes={nodes} />}
          </section>
        ),
      )}
    </>
  );
}

const LEGEND = [
  ['busy', 'allocated'],
  ['good', 'MIG instance in use'],
  ['calm', 'MIG instance free'],
  ['bad', 'not available'],
] as const;

function Legend(): ReactElement {
  return (
    <ul className="bar small">
      {LEGEND.map(([tone, text]) => (
        <li key={text} className="phase" data-tone={tone} data-shape="square">
          {text}
        </li>
      ))}
    </ul>
  );
}

function OneMap({ nodes }: { readonly nodes: Parameters<typeof layoutOf>[0] }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [pointed, setPointed] = useState<Device>();
  const layout = useMemo(() => layoutOf(nodes, width), [nodes, width]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current !== null && width > 0) paint(canvas.current, layout);
  }, [layout, width]);
  return (
    <div ref={place} className="map">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${nodes.length} nodes; the page Nodes has them as a table`}
        onPointerMove={({ nativeEvent: { offsetX, offsetY } }) =>
          setPointed(deviceAt(layout, offsetX, offsetY))
        }
        onPointerLeave={() => setPointed(undefined)}
      />
      <p className="small" aria-live="polite">
        {pointed === undefined ? 'Point at a GPU to see what it holds.' : textOf(pointed)}
      </p>
    </div>
  );
}

function textOf({ node, index, available, pieces }: Device): string {
  const gpu = node.gpus.find((one) => one.index === index);
  const held = pieces.map(({ label, kind }) =>
    kind === 'shared'
      ? `${number(Number(label))} GPU allocated`
      : `${label} ${kind === 'mig-used' ? 'in use' : 'free'}`,
  );
  return [
    `${node.name}, GPU ${index}, ${gpu?.model ?? ''}`,
    ...(available ? [] : ['not available']),
    ...held,
  ].join('; ');
}
