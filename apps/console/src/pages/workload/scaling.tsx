import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../parts/panel';
import { Empty, Loaded } from '../../parts/states';
import { duration } from '../../parts/time';
import { When } from '../../parts/when';

const ENTRIES = 100;

/** Every decision on the number of replicas with its inputs, and every cold start by stage, newest first. */
export function Scaling({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_workload_scaling', {
    params: { workloadId: id },
    query: { limit: ENTRIES },
  });
  return (
    <Panel title="Scaling decisions and cold starts">
      <Loaded query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title="No decision yet">
              The number of replicas has not changed since the workload began.
            </Empty>
          ) : (
            <ol className="steps">
              {entries.map((entry) => (
                <li key={entry.id}>
                  <When at={entry.time} />
                  {entry.type === 'ScaleDecided' ? (
                    <div>
                      <strong className="number">
                        {entry.from} → {entry.to}
                      </strong>{' '}
                      {entry.reason}
                      <details className="small">
                        <summary>Inputs</summary>
                        <pre>{JSON.stringify(entry.inputs, null, 2)}</pre>
                      </details>
                    </div>
                  ) : (
                    <ColdStart podName={entry.podName} totalMs={entry.totalMs} stages={entry.stages} />
                  )}
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}

const TONES = ['busy', 'calm', 'warn', 'good', 'bad'];

function ColdStart({
  podName,
  totalMs,
  stages,
}: {
  readonly podName: string | undefined;
  readonly totalMs: number;
  readonly stages: readonly { readonly stage: string; readonly durationMs: number }[];
}): ReactElement {
  return (
    <div>
      <strong>Cold start {duration(totalMs)}</strong> <span className="soft">{podName}</span>
      <svg
        className="stages"
        viewBox={`0 0 ${Math.max(1, totalMs)} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {stages.map(({ stage, durationMs }, index) => (
          <rect
            key={stage}
            data-tone={TONES[index % TONES.length]}
            x={stages.slice(0, index).reduce((sum, before) => sum + before.durationMs, 0)}
            width={durationMs}
            height="10"
          />
        ))}
      </svg>
      <span className="small">
        {stages.map(({ stage, durationMs }) => `${stage} ${duration(durationMs)}`).join(', ')}
      </span>
    </div>
  );
}
