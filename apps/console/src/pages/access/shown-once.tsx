import { Fragment, useState, type ReactElement, type ReactNode } from 'react';
import { Copy } from '../../components/values/copy';
import { Sheet } from '../../components/dialogs/dialog';

/** What the API has just made and answers only now. */
export interface Secret {
  readonly title: string;
  /** Its parts with their names, such as client id and client secret. */
  readonly parts: readonly (readonly [name: string, text: string])[];
  /** How it is used, or what to do next. */
  readonly next?: ReactNode;
}

/** A sheet for a secret that stays until the reader says that it is kept, and what shows one in it. */
export function useShownOnce(): readonly [sheet: ReactElement, show: (secret: Secret) => void] {
  const [secret, setSecret] = useState<Secret>();
  const forget = (): void => setSecret(undefined);
  const sheet = (
    <Sheet title={secret?.title ?? ''} open={secret !== undefined} close={forget} stays>
      <div className="notice" data-tone="warn">
        <strong>This is not shown again</strong>
        <span>
          Only its digest is stored. Copy it now to where it is kept; if it is lost, make a new one.
        </span>
      </div>
      <dl className="facts">
        {secret?.parts.map(([name, text]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              <Copy text={text} name={name.toLowerCase()} />
            </dd>
          </Fragment>
        ))}
      </dl>
      {secret?.next}
      <div className="bar">
        <button type="button" className="button" data-kind="main" onClick={forget}>
          I have kept it
        </button>
      </div>
    </Sheet>
  );
  return [sheet, setSecret];
}
