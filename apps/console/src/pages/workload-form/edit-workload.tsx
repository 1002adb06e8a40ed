import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { Sheet } from '../../components/dialogs/dialog';
import { Loaded } from '../../components/layout/states';
import { useConsole } from '../../shell/console';
import type { Body } from './body/body';
import { differencesOf, patchOf, type Difference } from './body/changes';
import { FormSheet } from './form-sheet';
import { WorkloadForm } from './workload-form';

type Inference = BodyOf<'get_inference'>;

/** Changes the spec of a workload; only what differs is sent, and shown before. */
export default function EditWorkload({
  id,
  close,
}: {
  readonly id: string;
  readonly close: () => void;
}): ReactElement {
  const query = useOperation('get_inference', { params: { workloadId: id } });
  if (query.data !== undefined) return <Edit id={id} workload={query.data} close={close} />;
  return (
    <Sheet title="Edit a workload" open close={close} isWide>
      <Loaded query={query}>{() => null}</Loaded>
    </Sheet>
  );
}

function Edit({
  id,
  workload,
  close,
}: {
  readonly id: string;
  readonly workload: Inference;
  readonly close: () => void;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  // What was read first: a change that arrives meanwhile must not replace what is being typed.
  const [first] = useState(workload);
  const before = useMemo(
    (): Body => ({
      name: first.name,
      projectId: first.projectId,
      clusterId: first.clusterId,
      spec: first.spec ?? {},
    }),
    [first],
  );
  const [body, setBody] = useState(before);
  const differences = differencesOf(before, body);
  const patch = patchOf(before['spec'], body['spec']);
  const save = async (): Promise<void> => {
    await api.call('update_inference_spec', { params: { workloadId: id }, body: { spec: patch } });
    await Promise.all(
      ['get_inference', 'get_workload'].map((queryKey) =>
        queries.invalidateQueries({ queryKey: [queryKey] }),
      ),
    );
    close();
  };
  return (
    <FormSheet title={`Edit ${first.name}`} isDirty={differences.length > 0} close={close}>
      <WorkloadForm
        body={body}
        before={before}
        change={setBody}
        below={<Differences differences={differences} patch={patch} />}
        action={{ idle: actionOf(differences.length), busy: 'Saving', isOff: differences.length === 0 }}
        send={save}
      />
    </FormSheet>
  );
}

const actionOf = (changes: number): string =>
  changes === 0 ? 'Nothing changed yet' : `Save ${changes} ${changes === 1 ? 'change' : 'changes'}`;

function Differences({
  differences,
  patch,
}: {
  readonly differences: readonly Difference[];
  readonly patch: Body;
}): ReactElement | null {
  if (differences.length === 0) return null;
  const isScalingAlone = Object.keys(patch).every((part) => part === 'autoscaling');
  return (
    <section className="notice" aria-label="What changes">
      <strong>What changes</strong>
      <dl className="differences">
        {differences.map(({ path, before, after }) => (
          <div key={path}>
            <dt>
              <code>{path}</code>
            </dt>
            <dd>
              {before === undefined ? null : <del>{shown(before)}</del>}
              {after === undefined ? null : <ins>{shown(after)}</ins>}
            </dd>
          </div>
        ))}
      </dl>
      <span className="small soft">
        {isScalingAlone
          ? 'Replicas that run are kept.'
          : 'A new revision: its replicas replace those that run, step by step.'}
      </span>
    </section>
  );
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 1);
