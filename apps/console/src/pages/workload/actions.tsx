import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import type { BodyOf } from '../../api/client';
import { Ask } from '../../components/dialogs/ask';
import { useConsole } from '../../shell/console';

/** What can be done with a workload that is not gone. */
export function Actions({ workload }: { readonly workload: BodyOf<'get_workload'> }): ReactElement {
  const { id, name, runningPods, urls = [] } = workload;
  const { api } = useConsole();
  const [, navigate] = useLocation();
  const remove = async (): Promise<void> => {
    await api.call('delete_inference', { params: { workloadId: id } });
    navigate('/workloads');
  };
  return (
    <div className="bar">
      <Link className="button" href={`/workloads/${id}/edit`}>
        Edit
      </Link>
      <Link className="button" href={`/workloads?copy=${id}`}>
        Copy
      </Link>
      <Ask label="Delete" title={`Delete ${name}?`} act={remove}>
        <p>
          {lossText(runningPods)}
          {urls.length === 0 ? '' : ' These addresses answer no more:'}
        </p>
        <ul className="names">
          {urls.map((url) => (
            <li key={url}>
              <code>{url}</code>
            </li>
          ))}
        </ul>
        <p>This cannot be undone. Events and history are kept.</p>
      </Ask>
    </div>
  );
}

function lossText(replicas: number): string {
  if (replicas === 0) return 'No replica runs.';
  return replicas === 1 ? 'Its replica is stopped.' : `Its ${replicas} replicas are stopped.`;
}
