import type { ReactElement } from 'react';
import { Sheet } from '../components/dialogs/dialog';
import './jump.css';
import { SHORTCUTS } from './shortcuts';

/** The keys that work everywhere. */
export default function Help({ close }: { readonly close: () => void }): ReactElement {
  return (
    <Sheet title="Shortcuts" open close={close}>
      <dl className="keys">
        {SHORTCUTS.map(([keys, meaning]) => [
          <dt key={`${meaning} keys`}>
            {keys.map((key, index) => (
              <span key={key}>
                {index === 0 ? '' : ' or '}
                <kbd>{key}</kbd>
              </span>
            ))}
          </dt>,
          <dd key={meaning}>{meaning}</dd>,
        ])}
      </dl>
    </Sheet>
  );
}
