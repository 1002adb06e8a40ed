import { useState, type ReactElement } from 'react';
import { Question } from '../../components/dialogs/question';
import { Problem } from '../../components/layout/states';
import { useConsole } from '../../shell/console';
import type { Workload } from './columns';

/** Names that the question lists. */
const LISTED = 12;

/** Deletes the chosen workloads after a question that names what is lost. */
export function BulkDelete({
  workloads,
  done,
}: {
  readonly workloads: readonly Workload[];
  /** Called with the ids that were deleted. */
  readonly done: (ids: readonly string[]) => Promise<void>;
}): ReactElement {
  const { api } = useConsole();
  const [isOpen, setOpen] = useState(false);
  const [ended, setEnded] = useState<number>();
  const [error, setError] = useState<unknown>();
  const replicas = workloads.reduce((sum, { runningPods }) => sum + runningPods, 0);
  const urls = workloads.reduce((sum, one) => sum + (one.urls?.length ?? 0), 0);
  const remove = async (): Promise<void> => {
    setError(undefined);
    const gone: string[] = [];
    try {
      for (const { id } of workloads) {
        setEnded(gone.length);
        await api.call('delete_inference', { params: { workloadId: id } });
        gone.push(id);
      }
      setOpen(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setEnded(undefined);
      await done(gone);
    }
  };
  const title =
    workloads.length === 1 ? `Delete ${workloads[0]?.name}?` : `Delete ${workloads.length} workloads?`;
  return (
    <>
      <button type="button" className="button" data-kind="danger" onClick={() => setOpen(true)}>
        Delete {workloads.length}
      </button>
      <Question
        title={title}
        open={isOpen}
        yes={ended === undefined ? 'Delete' : `Deleting ${ended + 1} of ${workloads.length}`}
        no="Keep"
        isBusy={ended !== undefined}
        answer={(isYes) => {
          if (isYes) void remove();
          else if (ended === undefined) setOpen(false);
        }}
      >
        <ul className="names">
          {workloads.slice(0, LISTED).map(({ id, name, projectName, runningPods }) => (
            <li key={id}>
              <strong>{name}</strong>{' '}
              <span className="soft">
                in {projectName}, {runningPods === 1 ? '1 replica' : `${runningPods} replicas`}
              </span>
            </li>
          ))}
          {workloads.length > LISTED ? <li className="soft">and {workloads.length - LISTED} more</li> : null}
        </ul>
        <p>{lossText(replicas, urls)} This cannot be undone. Events and history are kept.</p>
        {error === undefined ? null : <Problem error={error} />}
      </Question>
    </>
  );
}

const counted = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

const lossText = (replicas: number, urls: number): string =>
  [
    replicas === 0
      ? 'No replica runs.'
      : `${counted(replicas, 'running replica is', 'running replicas are')} stopped.`,
    urls === 0 ? '' : `${counted(urls, 'address answers', 'addresses answer')} no more.`,
  ]
    .filter(Boolean)
    .join(' ');
