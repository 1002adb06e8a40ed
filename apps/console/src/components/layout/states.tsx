import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ApiError, OfflineError } from '../../api/client';
import { When } from '../values/when';

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

/** Says that what follows could not be read again, and how old it is; `at` in ms. */
export function Stale({
  error,
  at,
  retry,
}: {
  readonly error: unknown;
  readonly at: number;
  readonly retry: () => void;
}): ReactElement {
  return (
    <p className="stale small" role="status">
      <span className="phase" data-tone="warn" data-shape="ring">
        {error instanceof OfflineError ? 'Offline' : 'Not renewed'}
      </span>
      <span>
        This is how it was <When at={new Date(at).toISOString()} />.{' '}
        {error instanceof OfflineError ? null : textOf(error)}
      </span>
      <button type="button" className="button" data-kind="quiet" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What there is of data that is read again and again. */
export interface Reading<T> {
  readonly data: T | undefined;
  /** Why it could not be read the last time. */
  readonly error: unknown;
  /** When `data` was read, ms. */
  readonly at: number;
  readonly retry: () => void;
}

/**
 * The four states of what is read: a placeholder, the refusal, the data, or data that could not be renewed, with a line
 * that reports it. An empty answer is for the page to word: {@link Empty}.
 */
export function Shown<T>({
  reading: { data, error, at, retry },
  lines,
  children,
}: {
  readonly reading: Reading<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}): ReactElement {
  if (data === undefined)
    return error === null ? (
      <Waiting {...(lines === undefined ? {} : { lines })} />
    ) : (
      <Problem error={error} retry={retry} />
    );
  return (
    <>
      {error === null ? null : <Stale error={error} at={at} retry={retry} />}
      {children(data)}
    </>
  );
}

/** {@link Shown} of a query. */
export function Loaded<T>({
  query: { data, error, dataUpdatedAt, refetch },
  lines,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}): ReactElement {
  const reading = { data, error, at: dataUpdatedAt, retry: () => void refetch() };
  return (
    <Shown reading={reading} {...(lines === undefined ? {} : { lines })}>
      {children}
    </Shown>
  );
}
