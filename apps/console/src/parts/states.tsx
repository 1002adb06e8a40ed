import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ApiError, OfflineError } from '../api/client';

/** The place of what is being loaded. */
export function Waiting({ lines = 4 }: { readonly lines?: number }): ReactElement {
  return (
    <div className="waiting" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

/** What the API answered when it refused, and a way to try again. */
export function Problem({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
}): ReactElement {
  const details = error instanceof ApiError ? error.details : undefined;
  return (
    <div className="notice" data-tone="bad" role="alert">
      <strong>{error instanceof Error ? error.message : String(error)}</strong>
      {details === undefined ? null : <pre>{details}</pre>}
      {retry === undefined ? null : (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Nothing is there, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="notice">
      <strong>{title}</strong>
      {children === undefined ? null : <div className="soft">{children}</div>}
    </div>
  );
}

/**
 * Shows what a query has: a placeholder, the refusal, or its data; data that could not be renewed stays, with a line
 * that says so.
 */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}): ReactElement {
  const { data, error, refetch } = query;
  const retry = (): void => void refetch();
  if (data === undefined)
    return error === null ? (
      <Waiting {...(lines === undefined ? {} : { lines })} />
    ) : (
      <Problem error={error} retry={retry} />
    );
  return (
    <>
      {error === null ? null : (
        <p className="small" role="status">
          {error instanceof OfflineError ? 'Offline' : 'Not renewed'}: this is how it was at{' '}
          {new Date(query.dataUpdatedAt).toLocaleTimeString()}.
        </p>
      )}
      {children(data)}
    </>
  );
}
