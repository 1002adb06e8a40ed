import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { ApiClient, BodyOf } from '../../api/client';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { useConsole } from '../../shell/console';

type Entry = BodyOf<'get_workload_history'>['records'][number];

/** Entries of one page of the API, and pages that are read; beyond that the oldest ones are shown. */
const ROWS = 500;
const PAGES = 10;
const KINDS = [
  ['', 'All'],
  ['PhaseUpdate', 'Phases'],
  ['Warning', 'Warnings'],
] as const;
type Kind = (typeof KINDS)[number][0];

/** Events and phases of a workload, newest first; they stay after its end. */
export function Happenings({ id }: { readonly id: string }): ReactElement {
  const { api } = useConsole();
  const [kind, setKind] = useState<Kind>('');
  const [text, setText] = useState('');
  const query = useQuery({
    queryKey: ['get_workload_history', id],
    queryFn: ({ signal }) => entriesOf(api, id, signal),
  });
  const wanted = text.trim().toLowerCase();
  return (
    <Panel title="Events and phases">
      <div className="bar">
        <div className="field">
          <label htmlFor="history-filter">Filter</label>
          <input
            id="history-filter"
            type="search"
            placeholder="Reason or message"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
        <div className="chips" role="group" aria-label="Kinds">
          {KINDS.map(([one, label]) => (
            <button
              key={one}
              type="button"
              className="chip"
              aria-pressed={kind === one}
              onClick={() => setKind(one)}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      <Loaded query={query}>
        {(entries) => {
          const shown = entries.filter(
            (entry) => isOf(kind, entry) && textsOf(entry).join(' ').toLowerCase().includes(wanted),
          );
          return shown.length === 0 ? (
            <Empty title={entries.length === 0 ? 'Nothing has happened yet' : 'No entry matches'} />
          ) : (
            <ol className="steps">
              {shown.map((entry, index) => {
                const [title, message] = textsOf(entry);
                return (
                  <li key={shown.length - index}>
                    <When at={entry.meta.creationTimestamp} />
                    <div data-tone={entry.spec.event?.type === 'Warning' ? 'warn' : undefined}>
                      <strong className="toned">{title}</strong>
                      <div className="small">{message}</div>
                    </div>
                  </li>
                );
              })}
            </ol>
          );
        }}
      </Loaded>
    </Panel>
  );
}

const isOf = (kind: Kind, { meta, spec }: Entry): boolean =>
  kind === '' || (kind === 'PhaseUpdate' ? meta.type === 'PhaseUpdate' : spec.event?.type === kind);

const textsOf = ({ spec: { phaseUpdate, event } }: Entry): readonly [title: string, message: string] => [
  phaseUpdate?.phase ?? event?.reason ?? event?.type ?? '',
  phaseUpdate?.phaseMessage ?? event?.message ?? '',
];

async function entriesOf(api: ApiClient, id: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let offset: number | undefined = 0;
  for (let page = 0; offset !== undefined && page < PAGES; page += 1) {
    const answer: BodyOf<'get_workload_history'> = await api.call('get_workload_history', {
      params: { workloadId: id },
      query: { limit: ROWS, offset },
      signal,
    });
    entries.push(...answer.records);
    offset = answer.next;
  }
  return entries.reverse();
}
