import { lazy, Suspense, useMemo, type ReactElement } from 'react';
import { useOperation } from '../../../api/use-operation';
import { Panel } from '../../../components/layout/panel';
import type { TimeRange } from '../../../components/plots/range';
import { linesOf } from '../../../components/plots/series';
import { Empty, Loaded, Waiting } from '../../../components/layout/states';
import { Inputs } from './decisions';
import type { Decision } from './inputs';

const Plot = lazy(() => import('../../../components/plots/plot'));
const SAMPLES = 240;

/** Replicas wanted and ready over time; each decision is a mark that shows its inputs. */
export function Replicas({
  id,
  range,
  decisions,
}: {
  readonly id: string;
  readonly range: TimeRange;
  readonly decisions: readonly Decision[];
}): ReactElement {
  const query = useOperation('get_workload_metrics', {
    params: { workloadId: id },
    query: {
      metricType: ['DESIRED_REPLICAS', 'READY_REPLICAS'],
      start: new Date(range.from).toISOString(),
      end: new Date(range.to).toISOString(),
      numberOfSamples: SAMPLES,
    },
  });
  const marks = useMemo(
    () =>
      decisions
        .map((decision) => ({
          key: decision.id,
          at: Date.parse(decision.time) / 1000,
          label: `${decision.from} → ${decision.to}`,
          content: (
            <>
              <strong className="number">
                {decision.from} → {decision.to}
              </strong>{' '}
              {decision.reason}
              <Inputs decision={decision} />
            </>
          ),
        }))
        .reverse(),
    [decisions],
  );
  const seconds = useMemo(() => [range.from / 1000, range.to / 1000] as const, [range.from, range.to]);
  return (
    <Panel title="Replicas over time">
      <Loaded query={query}>
        {({ measurements }) => <Lines measurements={measurements} range={seconds} marks={marks} />}
      </Loaded>
    </Panel>
  );
}

function Lines({
  measurements,
  range,
  marks,
}: {
  readonly measurements: Parameters<typeof linesOf>[0];
  readonly range: readonly [from: number, to: number];
  readonly marks: Parameters<typeof Plot>[0]['marks'];
}): ReactElement {
  const lines = useMemo(
    () => [
      ...linesOf(measurements, 'DESIRED_REPLICAS', 'wanted'),
      ...linesOf(measurements, 'READY_REPLICAS', 'ready'),
    ],
    [measurements],
  );
  if (lines.every(({ values }) => values.every((value) => value === null)) && marks?.length === 0)
    return <Empty title="Nothing was measured in this time" />;
  return (
    <Suspense fallback={<Waiting lines={6} />}>
      <Plot
        title="Replicas"
        lines={lines}
        unit=""
        range={range}
        isStepped
        {...(marks === undefined ? {} : { marks })}
      />
    </Suspense>
  );
}
