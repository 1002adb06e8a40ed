import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useSettings } from '../api/settings';
import { useConsole } from '../shell/console';
import { ask } from './ask';
import { modelsIn, type Model } from './model-list';

const EVERY_MS = 5000;
/** Whatever is shown of the gateway, for one that reads it again. */
export const MODELS = 'gateway models';

/** What the gateway lists to the reader. Listing wakes nothing. */
export function useModels(): UseQueryResult<readonly Model[]> {
  const { sessions } = useConsole();
  const { data: settings, error } = useSettings();
  return useQuery({
    queryKey: [MODELS, settings?.gateway.models, error?.message],
    queryFn: async ({ signal }) => {
      if (settings === undefined) throw error ?? new Error('The address of the gateway is not known.');
      const url = `${settings.gateway.models}/models`;
      const response = await ask({ url, signal }, sessions.get()?.token);
      const models = modelsIn(await response.text());
      if (models === undefined) throw new Error(`${url} answers with something else than models.`);
      return models;
    },
    enabled: settings !== undefined || error !== null,
    refetchInterval: EVERY_MS,
  });
}
