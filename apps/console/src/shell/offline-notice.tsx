import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type ReactElement } from 'react';
import { When } from '../components/values/when';
import { useConsole } from './console';

/** Less than a restart of the API is no news, ms. */
const AFTER_MS = 2_000;

/** Says that the API does not answer, since when, and that the page shows what it had. */
export function OfflineNotice(): ReactElement | null {
  const { api, live } = useConsole();
  const queries = useQueryClient();
  const lost = useSyncExternalStore(api.watch, api.lostSince);
  const [since, setSince] = useState<number>();
  useEffect(() => {
    if (lost === undefined) return setSince(undefined);
    const timer = setTimeout(() => setSince(lost), AFTER_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  if (since === undefined) return null;
  const retry = (): void => {
    live.retry();
    void queries.invalidateQueries();
  };
  return (
    <div className="notice offline" data-tone="warn" role="status">
      <span>
        <strong>The API does not answer.</strong> The page shows what it had{' '}
        <When at={new Date(since).toISOString()} />; it is tried again every few seconds.
      </span>
      <button type="button" className="button" onClick={retry}>
        Try now
      </button>
    </div>
  );
}
