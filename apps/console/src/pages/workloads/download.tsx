import { useState, type ReactElement } from 'react';
import { saveFile } from '../../parts/save-file';
import { useConsole } from '../../shell/console';

/** Most rows of one page of the API. */
const ROWS = 500;
const MOST = 20_000;

/** Saves all workloads that match the filters as a table, as the API writes it. */
export function Download({
  query,
}: {
  readonly query: Readonly<Record<string, string | number>>;
}): ReactElement {
  const { api } = useConsole();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const rows: object[] = [];
      for (let offset: number | undefined = 0; offset !== undefined && offset < MOST;) {
        const page: Awaited<ReturnType<typeof read>> = await read(offset);
        rows.push(...page.workloads);
        offset = page.next;
      }
      saveFile('workloads.csv', new Blob([csvOf(rows)], { type: 'text/csv' }));
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

const COLUMNS = [
  'name',
  'id',
  'phase',
  'phaseMessage',
  'projectName',
  'departmentName',
  'runningPods',
  'createdAt',
  'submittedBy',
];

/** Cells are quoted; one that a spreadsheet would run as a formula begins with an apostrophe. */
const csvOf = (rows: readonly object[]): string =>
  [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => (row as Record<string, unknown>)[name] ?? ''))]
    .map((cells) => cells.map((cell) => `"${safe(String(cell)).replaceAll('"', '""')}"`).join(','))
    .join('\r\n');

const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
