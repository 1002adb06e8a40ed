import type { ReactElement } from 'react';
import { number } from '../../components/values/numbers';
import { saveFile } from '../../components/values/save-file';
import { Empty, Problem } from '../../components/layout/states';
import { duration } from '../../components/values/time';
import { Wait } from './exchange';
import { MOST_TEXT, type RawExchange } from './raw-exchange';
import { indented } from './raw-request';

/** What came back: status, times, headers and body, as they arrive. */
export function RawAnswer({ exchange }: { readonly exchange: RawExchange | undefined }): ReactElement {
  return (
    <section className="panel" aria-label="Answer">
      {exchange === undefined ? (
        <Empty title="No answer yet">Send a request.</Empty>
      ) : exchange.state === 'waiting' ? (
        <Wait what="Waiting for an answer…" since={exchange.sentAt} />
      ) : (
        <Arrived exchange={exchange} />
      )}
    </section>
  );
}

function Arrived({ exchange }: { readonly exchange: RawExchange }): ReactElement {
  const { state, status, statusText = '', headers = [], text, content, error } = exchange;
  return (
    <>
      {status === undefined ? null : (
        <div className="bar between">
          <strong className="phase" data-tone={toneOf(status)} data-shape={status < 400 ? 'dot' : 'square'}>
            {status} {statusText}
          </strong>
          <span className="small soft number">{timesOf(exchange).join(' · ')}</span>
        </div>
      )}
      <p className="unseen" role="status">
        {state === 'open' || status === undefined
          ? ''
          : `Answer ${status} ${statusText}, ${timesOf(exchange).join(', ')}`}
      </p>
      {state === 'failed' ? <Problem error={error} /> : null}
      {state === 'stopped' ? <p className="small soft">Stopped by you.</p> : null}
      {headers.length === 0 ? null : (
        <details>
          <summary>{headers.length} headers</summary>
          <dl className="facts small">
            {headers.map(([name, value]) => (
              <Header key={name} name={name} value={value} />
            ))}
          </dl>
        </details>
      )}
      {text === '' ? null : (
        <pre className="log" tabIndex={0} aria-label="Body of the answer">
          {state === 'open' ? text : indented(text)}
        </pre>
      )}
      {text.length < MOST_TEXT ? null : <p className="small soft">This is its beginning.</p>}
      {content === undefined || content.size === 0 ? null : (
        <div className="bar">
          <span>{content.type || 'A file'}</span>
          <button type="button" className="button" onClick={() => saveFile('answer', content)}>
            Save
          </button>
        </div>
      )}
    </>
  );
}

function Header({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

const toneOf = (status: number): string => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad');

const timesOf = ({ sentAt, headAt, endedAt, bytes }: RawExchange): readonly string[] => [
  ...(headAt === undefined ? [] : [`first byte after ${duration(headAt - sentAt)}`]),
  ...(endedAt === undefined ? [] : [`${duration(endedAt - sentAt)} in all`]),
  `${number(bytes)} bytes`,
];
