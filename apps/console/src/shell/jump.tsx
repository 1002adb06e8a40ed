import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useNodes } from '../api/use-nodes';
import { useOperation } from '../api/use-operation';
import { Sheet } from '../components/dialogs/dialog';
import './jump.css';
import { PAGES } from './pages';
import { placesFor, type Place } from './places';

const MOST = 8;
const PAGE_PLACES: readonly Place[] = PAGES.map(([href, title]) => ({ title, kind: 'Page', href }));
const ACTIONS: readonly Place[] = [{ title: 'New workload', kind: 'Action', href: '/workloads?new' }];

/** A dialog that leads to pages, workloads and nodes by their names, without a mouse. */
export default function Jump({ close }: { readonly close: () => void }): ReactElement {
  return (
    <Sheet title="Jump to" open close={close}>
      <Search close={close} />
    </Sheet>
  );
}

function Search({ close }: { readonly close: () => void }): ReactElement {
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const places = usePlaces(text);
  const chosen = Math.min(at, places.length - 1);
  const go = (place: Place | undefined): void => {
    if (place === undefined) return;
    close();
    navigate(place.href);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setAt((chosen + 1) % Math.max(1, places.length)),
    ArrowUp: () => setAt((chosen + places.length - 1) % Math.max(1, places.length)),
    Enter: () => go(places[chosen]),
  };
  const press = (event: KeyboardEvent): void => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-text`}>Page, workload or node</label>
        <input
          id={`${id}-text`}
          type="text"
          role="combobox"
          aria-expanded={places.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={places.length === 0 ? undefined : `${id}-${chosen}`}
          autoComplete="off"
          spellCheck={false}
          autoFocus
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label="Places" className="places">
        {places.map((place, index) => (
          <li
            key={place.href}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onPointerMove={() => setAt(index)}
            onClick={() => go(place)}
          >
            <span>{place.title}</span> <span className="small soft">{place.kind}</span>
          </li>
        ))}
      </ul>
      <p className="small soft" role="status">
        {places.length === 0 ? 'Nothing of that name.' : `${places.length} found; Enter goes there.`}
      </p>
    </>
  );
}

function usePlaces(text: string): readonly Place[] {
  const search = text.trim();
  const { clusters } = useNodes();
  const workloads = useOperation(
    'get_workloads',
    { query: { search, limit: MOST, sortBy: 'name' } },
    { enabled: search !== '' },
  );
  const pages = placesFor(search, [...PAGE_PLACES, ...ACTIONS]);
  if (search === '') return pages;
  const found = (workloads.data?.workloads ?? []).map(({ id, name, projectName }): Place => ({
    title: name,
    kind: `Workload in ${projectName}`,
    href: `/workloads/${id}`,
  }));
  const nodes = placesFor(
    search,
    (clusters ?? []).flatMap(({ cluster, nodes: own }) =>
      own.map(({ name }) => ({
        title: name,
        kind: `Node of ${cluster.name}`,
        href: `/nodes/${cluster.uuid}/${name}`,
      })),
    ),
  );
  return [...pages, ...placesFor(search, found), ...nodes.slice(0, MOST)];
}
