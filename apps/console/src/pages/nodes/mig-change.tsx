import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { useRights } from '../../api/use-rights';
import { Sheet } from '../../components/dialogs/dialog';
import { Loaded, Problem } from '../../components/layout/states';
import { submitting } from '../../components/forms/submitting';
import { When } from '../../components/values/when';
import { useConsole } from '../../shell/console';

/** A button that shows the MIG configuration of a node. */
export function MigButton({
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
        <MigConfig clusterId={clusterId} node={node} />
      </Sheet>
    </>
  );
}

const STEPS = ['Draining', 'Applying', 'Succeeded'] as const;
const TONES: Readonly<Record<string, string>> = { Succeeded: 'good', Failed: 'bad', Refused: 'bad' };
/** Phases of changes that do not go as planned, by the step that they belong to. */
const DETOURS: Readonly<Record<string, (typeof STEPS)[number]>> = {
  Recovering: 'Applying',
  RollingBack: 'Applying',
  Failed: 'Succeeded',
  Refused: 'Draining',
};
const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);

/** The MIG configuration of a node: what it is, what it can be, and a change with its phases. */
export function MigConfig({
  clusterId,
  node,
}: {
  readonly clusterId: string;
  readonly node: string;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const may = useRights();
  const params = { clusterId, nodeName: node };
  const query = useOperation('get_mig_config', { params }, { everyMs: 2000 });
  const [config, setConfig] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const send = async (act: () => Promise<unknown>): Promise<void> => {
    setError(undefined);
    setBusy(true);
    await act().catch(setError);
    await queries.invalidateQueries({ queryKey: ['get_mig_config'] });
    setBusy(false);
  };
  return (
    <Loaded query={query}>
      {({ current, state, configs, change }) => {
        const others = configs.filter((one) => one !== current);
        const chosen = others.includes(config) ? config : (others[0] ?? '');
        return (
          <>
            <dl className="facts">
              <dt>Layout now</dt>
              <dd>{current ?? 'none'}</dd>
              <dt>mig-manager says</dt>
              <dd>{state ?? '–'}</dd>
            </dl>
            {change === undefined ? null : (
              <Progress change={change}>
                {ENDED.has(change.phase) || may?.('nodes', 'update') !== true ? null : (
                  <button
                    type="button"
                    className="button"
                    disabled={busy}
                    onClick={() => void send(() => api.call('withdraw_mig_config', { params }))}
                  >
                    Withdraw
                  </button>
                )}
              </Progress>
            )}
            {configs.length === 0 ? (
              <p className="soft">The GPUs of this node have no layouts.</p>
            ) : may?.('nodes', 'update') === true ? (
              <form
                className="bar"
                onSubmit={submitting(() =>
                  send(() => api.call('set_mig_config', { params, body: { config: chosen } })),
                )}
              >
                <div className="field">
                  <label htmlFor="mig-config">Change to</label>
                  <select id="mig-config" value={chosen} onChange={({ target }) => setConfig(target.value)}>
                    {others.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </select>
                </div>
                <button type="submit" className="button" data-kind="main" disabled={busy || chosen === ''}>
                  Move the replicas away and change
                </button>
              </form>
            ) : null}
            {error === undefined ? null : <Problem error={error} />}
          </>
        );
      }}
    </Loaded>
  );
}

type Change = NonNullable<BodyOf<'get_mig_config'>['change']>;

/** The steps of a change, the one that it is in marked. */
function Progress({
  change,
  children,
}: {
  readonly change: Change;
  readonly children: ReactNode;
}): ReactElement {
  const step = DETOURS[change.phase] ?? change.phase;
  const at = STEPS.findIndex((one) => one === step);
  return (
    <div className="notice" data-tone={TONES[change.phase] ?? 'busy'}>
      <strong>
        {change.phase}: {change.from ?? 'none'} → {change.config}
      </strong>
      <ol className="progress">
        {STEPS.map((one, index) => (
          <li
            key={one}
            aria-current={index === at ? 'step' : undefined}
            data-done={index < at || change.phase === 'Succeeded'}
          >
            {index === at ? change.phase : one}
          </li>
        ))}
      </ol>
      <span role="status">{change.message}</span>
      <span className="small soft">
        begun <When at={change.startedAt} />, in this phase since <When at={change.since} />
        {change.attempts === 0 ? '' : `, ${change.attempts} attempts to recover mig-manager`}
        {change.cordoned ? '; the node is cordoned for it' : ''}
      </span>
      {children}
    </div>
  );
}
