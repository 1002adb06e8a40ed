import { mayBy, type May } from './rights';
import { useOperation } from './use-operation';

/** What the reader may do in any scope; undefined until it is known. In one place it can be less. */
export function useRights(): May | undefined {
  const { data } = useOperation('get_permissions');
  return data && mayBy(data);
}
