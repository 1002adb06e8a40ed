import { useEffect, useState, type ReactElement } from 'react';
import { Problem } from '../../components/layout/states';
import { duration } from '../../components/values/time';
import type { Turn } from './conversation';
import { measuresOf } from './measures';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** A question and its answer. */
export function Exchange({
  turn,
  waiting,
  retry,
}: {
  readonly turn: Turn;
  /** What is waited for before the first token. */
  readonly waiting: string;
  /** Sends the question again; absent where others came after it. */
  readonly retry: (() => void) | undefined;
}): ReactElement {
  const { question, state, text, reasoning, error } = turn;
  const measures = measuresOf(turn);
  return (
    <li className="exchange">
      <div className="message" data-by="reader">
        <span className="unseen">You: </span>
        {question}
      </div>
      <div className="message" data-by="model" data-state={state}>
        {reasoning === '' ? null : (
          <details>
            <summary>Reasoning</summary>
            <div className="soft">{reasoning}</div>
          </details>
        )}
        {text === '' ? null : (
          <div className="answer">
            <span className="unseen">The model: </span>
            {text}
          </div>
        )}
        {state === 'waiting' ? <Wait what={waiting} since={turn.sentAt} /> : null}
        {state === 'refused' ? <Problem error={error} {...(retry === undefined ? {} : { retry })} /> : null}
        {state === 'stopped' ? <p className="small soft">Stopped by you.</p> : null}
        {state === 'done' && text === '' && reasoning === '' ? (
          <p className="small soft">The model answered without a text.</p>
        ) : null}
        {measures.length === 0 ? null : <p className="small soft number measures">{measures.join(' · ')}</p>}
      </div>
    </li>
  );
}

const wholeSeconds = (ms: number): string =>
  ms < MINUTE_MS ? `${Math.floor(ms / SECOND_MS)} s` : duration(ms);

/** How long something has been waited for; `since` in the time of the page, ms. */
export function Wait({ what, since }: { readonly what: string; readonly since: number }): ReactElement {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setWaited(performance.now() - since), SECOND_MS);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <p className="wait soft">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {what}
      {waited < SECOND_MS ? null : (
        <span className="number" aria-hidden="true">
          {wholeSeconds(waited)}
        </span>
      )}
    </p>
  );
}
