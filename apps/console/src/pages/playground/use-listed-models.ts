import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ask } from '../../gateway/ask';
import { GatewayError } from '../../gateway/gateway-error';
import { modelsIn } from '../../gateway/model-list';
import { useConsole } from '../../shell/console';

/**
 * The models that a server lists; `null` where it does not speak OpenAI's API. It is asked where a replica runs, so that
 * showing a page wakes nothing.
 */
export function useListedModels(
  base: string | undefined,
  runs: boolean,
): UseQueryResult<readonly string[] | null> {
  const { sessions } = useConsole();
  return useQuery({
    queryKey: ['models of', base],
    queryFn: async ({ signal }) => {
      try {
        const response = await ask({ url: `${base}v1/models`, signal }, sessions.get()?.token);
        return modelsIn(await response.text())?.map(({ id }) => id) ?? null;
      } catch (error) {
        if (error instanceof GatewayError) return null;
        throw error;
      }
    },
    enabled: base !== undefined && runs,
    staleTime: Infinity,
  });
}
