import type { ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { number } from '../../parts/numbers';
import { Phase } from '../../parts/phase';
import { Empty, Loaded } from '../../parts/states';
import { When } from '../../parts/when';

/** The pods of a workload, with node and share of each. */
export function Pods({ id }: { readonly id: string }): ReactElement {
  const query = useOperation(
    'get_workload_pods',
    { params: { workloadId: id }, query: { limit: 500 } },
    { everyMs: 15_000 },
  );
  return (
    <Loaded query={query}>
      {({ pods }) =>
        pods.length === 0 ? (
          <Empty title="No pods">It has been scaled to zero, or waits for a place.</Empty>
        ) : (
          <div className="table" tabIndex={0} role="region" aria-label="Pods">
            <table>
              <thead>
                <tr>
                  {['Pod', 'Phase', 'Node', 'GPU', 'GPU memory', 'MIG', 'Created'].map((head) => (
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
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}
