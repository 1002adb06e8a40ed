import { useState, type ReactElement } from 'react';
import { saveFile } from '../../components/values/save-file';
import { useConsole } from '../../shell/console';

/** Saves the report as the table that the API writes. */
export function UsageDownload({
  query,
}: {
  readonly query: Readonly<Record<string, string | number>>;
}): ReactElement {
  const { api } = useConsole();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const table = await (await api.send('get_usage', { query }, 'text/csv')).blob();
      saveFile('usage.csv', table);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="button" disabled={busy} onClick={() => void save()}>
      CSV
    </button>
  );
}
