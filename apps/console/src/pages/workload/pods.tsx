import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { number } from '../../components/values/numbers';
import { Phase } from '../../components/values/phase';
import { Empty, Loaded } from '../../components/layout/states';
import { When } from '../../components/values/when';

const HEADS = ['Pod', 'Phase', 'Node', 'GPU', 'GPU memory', 'MIG', 'Created', 'Log'];

/** The pods of a workload, with node and share of each; also those that are gone. */
export function Pods({ id }: { readonly id: string }): ReactElement {
  const [deleted, setDeleted] = useState(false);
  const query = useOperation(
    'get_workload_pods',
    { params: { workloadId: id }, query: { limit: 500, ...(deleted ? { deleted } : {}) } },
    { everyMs: 15_000 },
  );
  return (
    <>
      <div className="chips" role="group" aria-label="Which pods">
        <button type="button" className="chip" aria-pressed={!deleted} onClick={() => setDeleted(false)}>
          Now
        </button>
        <button type="button" className="chip" aria-pressed={deleted} onClick={() => setDeleted(true)}>
          Gone
        </button>
      </div>
      <Loaded query={query}>
        {({ pods }) =>
          pods.length === 0 ? (
            <Empty title="No pods">
              {deleted ? 'None has ended yet.' : 'It has been scaled to zero, or waits for a place.'}
            </Empty>
          ) : (
            <div className="table" tabIndex={0} role="region" aria-label="Pods">
              <table>
                <thead>
                  <tr>
                    {HEADS.map((head) => (
                      <th key={head} scope="col">
                        {head}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {pods.map(({ id: podId, name, k8sPhase, nodeName, allocatedResources, createdAt }) => (
                    <tr key={podId}>
                      <td>{name}</td>
                      <td>
                        <Phase phase={k8sPhase} />
                      </td>
                      <td>{nodeName}</td>
                      <td className="number">{number(allocatedResources?.gpu ?? 0)}</td>
                      <td>{allocatedResources?.gpuMemory}</td>
                      <td>{allocatedResources?.migProfile}</td>
                      <td>
                        <When at={createdAt} />
                      </td>
                      <td>
                        {deleted ? null : (
                          <Link href={`/workloads/${id}/logs?pod=${podId}`} aria-label={`Log of ${name}`}>
                            Log
                          </Link>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </>
  );
}
