import type { OperationId } from '@tessera/contracts-rest';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { maybe } from '@tessera/kernel';
import { useConsole } from '../shell/console';
import type { BodyOf, Call } from './client';

/** What a query depends on besides its call. */
interface Reading {
  /** Read again after so long, ms; without it, after events only. */
  readonly everyMs?: number;
  readonly enabled?: boolean;
}

/** Reads an operation; the result of the call before stays while the next one is in flight. */
export function useOperation<O extends OperationId>(
  operation: O,
  call: Call = {},
  { everyMs, enabled = true }: Reading = {},
): UseQueryResult<BodyOf<O>> {
  const { api } = useConsole();
  const query: UseQueryResult<unknown> = useQuery<unknown>({
    queryKey: [operation, call.params ?? {}, call.query ?? {}, call.body ?? null],
    queryFn: ({ signal }) => api.call(operation, { ...call, signal }),
    enabled,
    placeholderData: keepPreviousData,
    ...maybe('refetchInterval', everyMs),
  });
  return query as UseQueryResult<BodyOf<O>>;
}
