import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Sheet } from '../../parts/dialog';
import { Problem } from '../../parts/states';
import { submitting } from '../../parts/submitting';
import { useConsole } from '../../shell/console';
import { shareOf, withDeserved, type Pool, type Project } from './share';

/** Changes the deserved GPUs of a project in one node pool; the API refuses those who may not. */
export function QuotaChange({
  project,
  pool,
}: {
  readonly project: Project;
  readonly pool: Pool;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = async (form: FormData): Promise<void> => {
    setError(undefined);
    try {
      await api.call('update_project', {
        params: { projectId: project.id },
        body: withDeserved(project, pool, Number(form.get('deserved'))),
      });
      await queries.invalidateQueries({ queryKey: ['get_projects'] });
      setOpen(false);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <button
        type="button"
        className="button"
        data-kind="quiet"
        onClick={() => setOpen(true)}
        aria-label={`Change the quota of ${project.name} in ${pool.name}`}
      >
        Change
      </button>
      <Sheet title={`Quota of ${project.name} in ${pool.name}`} open={open} close={() => setOpen(false)}>
        <form className="draft" onSubmit={submitting(change)}>
          <div className="field">
            <label htmlFor="deserved">GPUs deserved</label>
            <input
              id="deserved"
              name="deserved"
              type="number"
              min="0"
              step="0.1"
              defaultValue={shareOf(project, pool).deserved ?? 0}
              required
            />
          </div>
          {error === undefined ? null : <Problem error={error} />}
          <button type="submit" className="button" data-kind="main">
            Save
          </button>
        </form>
      </Sheet>
    </>
  );
}
