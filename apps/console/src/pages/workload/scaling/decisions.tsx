import type { ReactElement } from 'react';
import { Panel } from '../../../components/layout/panel';
import { Empty } from '../../../components/layout/states';
import { When } from '../../../components/values/when';
import { inputsOf, type Decision } from './inputs';

/** Every decision on the number of replicas with its inputs, newest first. */
export function Decisions({ decisions }: { readonly decisions: readonly Decision[] }): ReactElement {
  return (
    <Panel title="Scaling decisions">
      {decisions.length === 0 ? (
        <Empty title="No decision">The number of replicas has not changed in this time.</Empty>
      ) : (
        <ol className="steps">
          {decisions.map((decision) => (
            <li key={decision.id}>
              <When at={decision.time} />
              <div>
                <strong className="number">
                  {decision.from} → {decision.to}
                </strong>{' '}
                {decision.reason}
                <details className="small">
                  <summary>Inputs</summary>
                  <Inputs decision={decision} />
                </details>
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** What a decision was made from. */
export function Inputs({ decision }: { readonly decision: Decision }): ReactElement {
  return (
    <dl className="facts inputs">
      {inputsOf(decision).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
