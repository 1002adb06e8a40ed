import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useRights } from '../../api/use-rights';
import { Problem } from '../../components/layout/states';
import { useConsole } from '../../shell/console';

/** Cordons a node, or uncordons it, for those who may; what runs on it stays in any case. */
export function Cordon({
  clusterId,
  node,
  cordoned,
}: {
  readonly clusterId: string;
  readonly node: string;
  readonly cordoned: boolean;
}): ReactElement | null {
  const { api } = useConsole();
  const queries = useQueryClient();
  const may = useRights();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  if (may?.('nodes', 'update') !== true) return null;
  const set = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await api.call(cordoned ? 'uncordon_node' : 'cordon_node', { params: { clusterId, nodeName: node } });
      await queries.invalidateQueries({ queryKey: ['get_nodes_of_cluster'] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const label = cordoned ? 'Uncordon' : 'Cordon';
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={busy}
        aria-label={`${label} ${node}`}
        title={
          cordoned ? 'Let new pods onto the node again' : 'Keep new pods off the node; what runs there stays'
        }
        onClick={() => void set()}
      >
        {label}
      </button>
      {error === undefined ? null : <Problem error={error} />}
    </>
  );
}
