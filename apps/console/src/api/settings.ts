import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { CONSOLE_SETTINGS, type ConsoleSettings } from '@tessera/contracts-rest/console-settings';
import { ApiError, OfflineError } from './api-error';
import { ofApi } from './json';

/** What surrounds the console; throws {@link ApiError} or {@link OfflineError}. */
export async function readSettings(signal?: AbortSignal): Promise<ConsoleSettings> {
  const response = await fetch(CONSOLE_SETTINGS, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      throw signal?.aborted === true ? error : new OfflineError();
    },
  );
  if (!response.ok) throw new ApiError(response.status, 'The API does not say what surrounds the console.');
  return ofApi<ConsoleSettings>(await response.text());
}

/** What surrounds the console; read once, also before anybody has signed in. */
export const useSettings = (): UseQueryResult<ConsoleSettings> =>
  useQuery({
    queryKey: [CONSOLE_SETTINGS],
    queryFn: ({ signal }) => readSettings(signal),
    staleTime: Infinity,
  });
