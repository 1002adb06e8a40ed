import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { Copy } from '../../components/values/copy';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';

/** The Kubernetes objects that exist for a workload. */
export function Objects({ id }: { readonly id: string }): ReactElement {
  const query = useOperation('get_workload_objects', { params: { workloadId: id } }, { everyMs: 15_000 });
  return (
    <Panel title="Kubernetes objects">
      <Loaded query={query}>
        {({ objects }) =>
          objects.length === 0 ? (
            <Empty title="No objects">Its cluster has none yet.</Empty>
          ) : (
            <ul className="steps objects">
              {objects.map(({ apiVersion, kind, namespace, name, purpose }) => (
                <li key={`${kind} ${namespace} ${name}`}>
                  <div>
                    <strong>{kind}</strong>
                    <div className="small soft">{apiVersion}</div>
                  </div>
                  <div>
                    <Copy text={name} /> <span className="small soft">in {namespace}</span>
                    <div className="small">{purpose}</div>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
