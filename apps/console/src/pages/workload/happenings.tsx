import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../parts/panel';
import { Empty, Loaded } from '../../parts/states';
import { When } from '../../parts/when';

const MOST = 200;

/** Events and phases of a workload, newest first; they stay after its end. */
export function Happenings({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_workload_history', { params: { workloadId: id }, query: { limit: MOST } });
  return (
    <Panel title="Events and phases">
      <Loaded query={query}>
        {({ records }) =>
          records.length === 0 ? (
            <Empty title="Nothing has happened yet" />
          ) : (
            <ol className="steps">
              {records.toReversed().map(({ meta, spec }, index) => (
                <li key={records.length - index}>
                  <When at={meta.creationTimestamp} />
                  <div>
                    <strong>{spec.phaseUpdate?.phase ?? spec.event?.reason ?? spec.event?.type}</strong>
                    <div className="small">{spec.phaseUpdate?.phaseMessage ?? spec.event?.message}</div>
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}
