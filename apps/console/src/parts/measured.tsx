import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react';
import { useOperation } from '../api/use-operation';
import { Panel } from './panel';
import { linesOf } from './series';
import { Empty, Loaded, Waiting } from './states';
import { useNow } from './when';

const Plot = lazy(() => import('./plot'));

/** One plot: metric types of one unit. */
export interface PlotOf {
  readonly title: string;
  readonly unit: string;
  readonly types: readonly string[];
  /** Names of the lines, where there are several. */
  readonly names?: readonly string[];
}

const SAMPLES = 120;
const RANGES = [
  ['Last 15 minutes', 15],
  ['Last hour', 60],
  ['Last 6 hours', 360],
  ['Last day', 1440],
] as const;

/** Plots of measurements over a range that the reader chooses. */
export function Measured({
  title,
  operation,
  params,
  plots,
}: {
  readonly title: string;
  readonly operation: 'get_cluster_metrics' | 'get_node_metrics' | 'get_workload_metrics';
  readonly params: Readonly<Record<string, string>>;
  readonly plots: readonly PlotOf[];
}): ReactElement {
  const [minutes, setMinutes] = useState<number>(RANGES[0][1]);
  const step = (minutes * 60_000) / SAMPLES;
  const end = Math.floor(useNow() / step) * step;
  const range = useMemo(() => [(end - minutes * 60_000) / 1000, end / 1000] as const, [end, minutes]);
  const query = useOperation(operation, {
    params,
    query: {
      metricType: plots.flatMap(({ types }) => types),
      start: new Date(end - minutes * 60_000).toISOString(),
      end: new Date(end).toISOString(),
      numberOfSamples: SAMPLES,
    },
  });
  const choice = (
    <label className="small">
      <span className="unseen">Range of {title}</span>
      <select value={minutes} onChange={({ target }) => setMinutes(Number(target.value))}>
        {RANGES.map(([name, length]) => (
          <option key={length} value={length}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Panel title={title} aside={choice}>
      <Loaded query={query}>
        {({ measurements }) =>
          plots.map((plot) => (
            <OnePlot key={plot.title} plot={plot} range={range} measurements={measurements} />
          ))
        }
      </Loaded>
    </Panel>
  );
}

function OnePlot({
  plot: { title, unit, types, names = [] },
  range,
  measurements,
}: {
  readonly plot: PlotOf;
  readonly range: readonly [from: number, to: number];
  readonly measurements: Parameters<typeof linesOf>[0];
}): ReactElement {
  const lines = useMemo(
    () =>
      types
        .flatMap((type, index) => linesOf(measurements, type, names[index] ?? title))
        .filter(({ times }) => times.length > 0),
    [measurements, names, title, types],
  );
  return (
    <div>
      <h3>{title}</h3>
      {lines.length === 0 ? (
        <Empty title="Nothing was measured in this time" />
      ) : (
        <Suspense fallback={<Waiting lines={5} />}>
          <Plot title={title} lines={lines} unit={unit} range={range} />
        </Suspense>
      )}
    </div>
  );
}
