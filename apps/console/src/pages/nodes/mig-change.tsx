import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Sheet } from '../../parts/dialog';
import { Loaded, Problem } from '../../parts/states';
import { submitting } from '../../parts/submitting';
import { When } from '../../parts/when';
import { useConsole } from '../../shell/console';

/** The MIG configuration of a node: what it is, what it can be, and a change with its phases. */
export function MigChange({
  clusterId,
  node,
}: {
  readonly clusterId: string;
  readonly node: string;
}): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button"
        data-kind="quiet"
        onClick={() => setOpen(true)}
        aria-label={`Layout of ${node}`}
      >
        Layout
      </button>
      <Sheet title={`MIG of ${node}`} open={open} close={() => setOpen(false)}>
        <Report clusterId={clusterId} node={node} />
      </Sheet>
    </>
  );
}

function Report({ clusterId, node }: { readonly clusterId: string; readonly node: string }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const params = { clusterId, nodeName: node };
  const query = useOperation('get_mig_config', { params }, { everyMs: 2000 });
  const [config, setConfig] = useState('');
  const [error, setError] = useState<unknown>();
  const send = async (act: () => Promise<unknown>): Promise<void> => {
    setError(undefined);
    await act().catch(setError);
    await queries.invalidateQueries({ queryKey: ['get_mig_config'] });
  };
  return (
    <Loaded query={query}>
      {({ current, state, configs, change }) => (
        <>
          <dl className="facts">
            <dt>Layout now</dt>
            <dd>{current ?? 'none'}</dd>
            <dt>State</dt>
            <dd>{state ?? '–'}</dd>
          </dl>
          {change === undefined ? null : (
            <div className="notice" data-tone="busy">
              <strong>
                {change.phase}: {change.from ?? 'none'} → {change.config}
              </strong>
              <span>{change.message}</span>
              <span className="small">
                begun <When at={change.startedAt} />, in this phase since <When at={change.since} />
              </span>
              <button
                type="button"
                className="button"
                onClick={() => void send(() => api.call('withdraw_mig_config', { params }))}
              >
                Withdraw
              </button>
            </div>
          )}
          {configs.length === 0 ? (
            <p className="soft">The GPUs of this node have no layouts.</p>
          ) : (
            <form
              className="bar"
              onSubmit={submitting(() =>
                send(() => api.call('set_mig_config', { params, body: { config: config || configs[0] } })),
              )}
            >
              <div className="field">
                <label htmlFor="mig-config">Change to</label>
                <select
                  id="mig-config"
                  value={config || configs[0]}
                  onChange={({ target }) => setConfig(target.value)}
                >
                  {configs.map((one) => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
              </div>
              <button type="submit" className="button" data-kind="main">
                Move the replicas away and change
              </button>
            </form>
          )}
          {error === undefined ? null : <Problem error={error} />}
        </>
      )}
    </Loaded>
  );
}
