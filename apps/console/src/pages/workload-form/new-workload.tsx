import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Sheet } from '../../components/dialogs/dialog';
import { Loaded } from '../../components/layout/states';
import { useConsole } from '../../shell/console';
import { valueAt, type Body } from './body/body';
import { FormSheet } from './form-sheet';
import { freeName } from './body/free-name';
import { BEGIN, TEMPLATES, withTemplate } from './body/templates';
import { WorkloadForm } from './workload-form';

/** The form that creates a workload, or a copy of the one with the id `copyOf`. */
export default function NewWorkload({
  copyOf,
  close,
}: {
  readonly copyOf: string | undefined;
  readonly close: () => void;
}): ReactElement {
  return copyOf === undefined ? (
    <Creation title="New workload" start={BEGIN} close={close} />
  ) : (
    <Copy id={copyOf} close={close} />
  );
}

/** Names that a copy may not have are those that begin alike. */
const SIMILAR = 500;

function Copy({ id, close }: { readonly id: string; readonly close: () => void }): ReactElement {
  const original = useOperation('get_inference', { params: { workloadId: id } });
  const stem = original.data?.name.replace(/-\d+$/, '') ?? '';
  const similar = useOperation(
    'get_workloads',
    { query: { search: stem, limit: SIMILAR } },
    { enabled: original.data !== undefined },
  );
  if (original.data === undefined || similar.data === undefined)
    return (
      <Sheet title="Copy of a workload" open close={close} isWide>
        {original.data === undefined ? (
          <Loaded query={original}>{() => null}</Loaded>
        ) : (
          <Loaded query={similar}>{() => null}</Loaded>
        )}
      </Sheet>
    );
  const { name, projectId, clusterId, spec } = original.data;
  const taken = similar.data.workloads.filter((one) => one.projectId === projectId).map((one) => one.name);
  const start = { name: freeName(name, taken), projectId, clusterId, spec: spec ?? {} };
  return <Creation title={`Copy of ${name}`} start={start} close={close} />;
}

function Creation({
  title,
  start,
  close,
}: {
  readonly title: string;
  readonly start: Body;
  readonly close: () => void;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [first] = useState(start);
  const [typed, setTyped] = useState(first);
  const [isSent, setSent] = useState(false);
  const projects = useOperation('get_projects', { query: { limit: 500, sortBy: 'name' } }).data?.projects;
  const project = projects?.[0];
  const body =
    valueAt(typed, 'projectId') === undefined && project !== undefined
      ? inOrder({ ...typed, projectId: project.id, clusterId: project.clusterId })
      : typed;
  const create = async (sent: Body): Promise<void> => {
    const { workloadId } = await api.call('create_inference1', { body: sent });
    setSent(true);
    await queries.invalidateQueries({ queryKey: ['get_workloads'] });
    navigate(`/workloads/${workloadId}`);
  };
  return (
    <FormSheet title={title} isDirty={!isSent && typed !== first} close={close}>
      <WorkloadForm
        body={body}
        change={setTyped}
        above={
          start === BEGIN ? <Templates choose={(template) => setTyped(withTemplate(body, template))} /> : null
        }
        action={{ idle: 'Create', busy: 'Creating' }}
        send={create}
      />
    </FormSheet>
  );
}

/** The spec last: what it belongs to is read first. */
const inOrder = ({ spec, ...head }: Body): Body => ({ ...head, spec });

function Templates({
  choose,
}: {
  readonly choose: (template: (typeof TEMPLATES)[number]) => void;
}): ReactElement {
  return (
    <div className="templates" role="group" aria-label="Templates">
      {TEMPLATES.map((template) => (
        <button key={template.name} type="button" onClick={() => choose(template)}>
          <strong>{template.name}</strong>
          <span className="small soft">{template.about}</span>
        </button>
      ))}
    </div>
  );
}
