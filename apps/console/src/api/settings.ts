import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { CONSOLE_SETTINGS, type ConsoleSettings } from '@tessera/contracts-rest/console-settings';
import { ApiError, OfflineError } from './api-error';

async function read(signal: AbortSignal): Promise<ConsoleSettings> {
  const response = await fetch(CONSOLE_SETTINGS, { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : new OfflineError();
  });
  if (!response.ok) throw new ApiError(response.status, 'The API does not say where the gateway is.');
  return JSON.parse(await response.text()) as ConsoleSettings;
}

/** What surrounds the console; read once, also before anybody has signed in. */
export const useSettings = (): UseQueryResult<ConsoleSettings> =>
  useQuery({ queryKey: [CONSOLE_SETTINGS], queryFn: ({ signal }) => read(signal), staleTime: Infinity });
