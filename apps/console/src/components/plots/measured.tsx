import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../layout/panel';
import { Range, useRange } from './range';
import { linesOf } from './series';
import { Empty, Loaded, Waiting } from '../layout/states';

const Plot = lazy(() => import('./plot'));

/** One plot: metric types of one unit. */
export interface PlotOf {
  readonly title: string;
  readonly unit: string;
  readonly types: readonly string[];
  /** Names of the lines, where there are several. */
  readonly names?: readonly string[];
  /** What the unit is of those of the measurement: 1024³ for bytes in GiB. */
  readonly divisor?: number;
  readonly isStepped?: boolean;
}

const SAMPLES = 120;
const NO_NAMES: readonly string[] = [];

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
  const [minutes, setMinutes] = useState(15);
  const { from, to } = useRange(minutes);
  const range = useMemo(() => [from / 1000, to / 1000] as const, [from, to]);
  const query = useOperation(operation, {
    params,
    query: {
      metricType: plots.flatMap(({ types }) => types),
      start: new Date(from).toISOString(),
      end: new Date(to).toISOString(),
      numberOfSamples: SAMPLES,
    },
  });
  return (
    <Panel title={title} aside={<Range label={`Range of ${title}`} minutes={minutes} choose={setMinutes} />}>
      <Loaded query={query}>
        {({ measurements }) => (
          <div className="columns">
            {plots.map((plot) => (
              <OnePlot key={plot.title} plot={plot} range={range} measurements={measurements} />
            ))}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function OnePlot({
  plot: { title, unit, types, names = NO_NAMES, divisor = 1, isStepped = false },
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
        .filter(({ times }) => times.length > 0)
        .map((line) => ({ ...line, values: line.values.map((value) => value && value / divisor) })),
    [measurements, names, title, types, divisor],
  );
  return (
    <div>
      <h3>
        {title}
        {unit === '' ? null : <span className="soft"> {unit}</span>}
      </h3>
      {lines.length === 0 ? (
        <Empty title="Nothing was measured in this time" />
      ) : (
        <Suspense fallback={<Waiting lines={5} />}>
          <Plot title={title} lines={lines} unit={unit} range={range} isStepped={isStepped} />
        </Suspense>
      )}
    </div>
  );
}
