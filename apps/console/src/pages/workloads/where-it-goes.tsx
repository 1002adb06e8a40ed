import { useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { number } from '../../parts/numbers';
import { Problem } from '../../parts/states';
import { useConsole } from '../../shell/console';

type Simulation = BodyOf<'simulate_placement'>;

/** Asks where the replicas of a request would be placed now; nothing is created. */
export function WhereItGoes({ request }: { readonly request: object | undefined }): ReactElement {
  const { api } = useConsole();
  const [answer, setAnswer] = useState<Simulation>();
  const [error, setError] = useState<unknown>();
  const ask = async (): Promise<void> => {
    setError(undefined);
    setAnswer(undefined);
    try {
      setAnswer(await api.call('simulate_placement', { body: request }));
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <section
      className="notice"
      aria-label="Placement"
      data-tone={answer === undefined ? undefined : answer.fits ? 'good' : 'warn'}
    >
      <button type="button" className="button" disabled={request === undefined} onClick={() => void ask()}>
        Where would it go?
      </button>
      {error === undefined ? null : <Problem error={error} />}
      {answer === undefined ? null : (
        <ul className="steps" aria-live="polite">
          {answer.replicas.map((replica) => (
            <li key={`${replica.copy}/${replica.replica}`}>
              <span>Replica {replica.replica}</span>
              {replica.outcome === 'placed' ? (
                <span>
                  {replica.node}
                  {replica.devices.map(({ device, gpu, migProfile }) => (
                    <span key={device} className="soft">
                      {' '}
                      GPU {device}: {migProfile ?? number(gpu)}
                    </span>
                  ))}
                </span>
              ) : (
                <div>
                  {replica.message}
                  {replica.suggestions.map((suggestion) => (
                    <div key={suggestion} className="small">
                      {suggestion}
                    </div>
                  ))}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
