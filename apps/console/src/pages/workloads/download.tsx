import { useState, type ReactElement } from 'react';
import { saveFile } from '../../components/values/save-file';
import { useConsole } from '../../shell/console';
import { COLUMNS, type Workload } from './columns';

/** Most rows of one page of the API. */
const ROWS = 500;
const MOST = 20_000;

/** Saves all workloads that match the filters as a table, with all columns. */
export function Download({
  query,
}: {
  readonly query: Readonly<Record<string, string | number | boolean>>;
}): ReactElement {
  const { api } = useConsole();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const rows: Workload[] = [];
      for (let offset: number | undefined = 0; offset !== undefined && offset < MOST;) {
        const page: Awaited<ReturnType<typeof read>> = await read(offset);
        rows.push(...page.workloads);
        offset = page.next;
      }
      const { csvOf } = await import('./csv');
      const table = csvOf(
        COLUMNS.map(({ label }) => label),
        rows.map((row) => COLUMNS.map(({ text }) => text(row))),
      );
      saveFile('workloads.csv', new Blob([table], { type: 'text/csv' }));
    } finally {
      setBusy(false);
    }
  };
  const read = (offset: number) => api.call('get_workloads', { query: { ...query, offset, limit: ROWS } });
  return (
    <button type="button" className="button" disabled={busy} onClick={() => void save()}>
      {busy ? 'Reading' : 'CSV'}
    </button>
  );
}
