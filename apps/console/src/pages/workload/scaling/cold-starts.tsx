import type { ReactElement } from 'react';
import { Panel } from '../../../components/layout/panel';
import { Empty } from '../../../components/layout/states';
import { duration } from '../../../components/values/time';
import { When } from '../../../components/values/when';
import { stagesOf, type ColdStart } from './inputs';

/** Colours and patterns of stages; there are never more than these. */
const TONES = ['busy', 'warn', 'good', 'bad', 'calm'];
const HEIGHT = 14;
const WIDTH = 1000;

/** Cold starts as bars of their stages, on one scale. */
export function ColdStarts({ starts }: { readonly starts: readonly ColdStart[] }): ReactElement {
  const stages = stagesOf(starts);
  const longest = Math.max(1, ...starts.map(({ totalMs }) => totalMs));
  return (
    <Panel title="Cold starts by stage">
      {starts.length === 0 ? (
        <Empty title="No cold start">No replica was started by a decision in this time.</Empty>
      ) : (
        <>
          <ul className="legend small" aria-hidden="true">
            {stages.map((stage, at) => (
              <li key={stage} data-tone={toneOf(at)} data-row={rowOf(at)}>
                {stage}
              </li>
            ))}
          </ul>
          <ol className="cold-starts">
            {starts.map((start) => (
              <li key={start.id}>
                <div className="small">
                  <When at={start.time} />
                  <div className="soft">{start.podName}</div>
                </div>
                <div>
                  <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
                    {start.stages.map(({ stage, durationMs }, at) => (
                      <rect
                        key={stage}
                        data-tone={toneOf(stages.indexOf(stage))}
                        data-row={rowOf(stages.indexOf(stage))}
                        x={(WIDTH * before(start, at)) / longest}
                        width={(WIDTH * durationMs) / longest}
                        height={HEIGHT}
                      >
                        <title>{`${stage} ${duration(durationMs)}`}</title>
                      </rect>
                    ))}
                  </svg>
                  <div className="small">
                    <strong>{duration(start.totalMs)}</strong>{' '}
                    <span className="soft">
                      {start.stages
                        .map(({ stage, durationMs }) => `${stage} ${duration(durationMs)}`)
                        .join(', ')}
                    </span>
                  </div>
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </Panel>
  );
}

const toneOf = (at: number): string => TONES[at % TONES.length] ?? 'calm';
/** From the sixth on the same colours come again, lighter. */
const rowOf = (at: number): number => Math.floor(at / TONES.length);

const before = ({ stages }: ColdStart, at: number): number =>
  stages.slice(0, at).reduce((sum, { durationMs }) => sum + durationMs, 0);
