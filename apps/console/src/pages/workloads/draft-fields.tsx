import type { ReactElement } from 'react';
import { Field } from '../../parts/field';
import type { Draft } from './draft';

const SHARES = [
  ['portion', 'Part of a GPU', 'Part, 0 to 1'],
  ['memory', 'GPU memory', 'Memory, such as 8Gi'],
  ['migProfile', 'MIG instance', 'Profile, such as 1g.5gb'],
  ['devices', 'Whole GPUs', 'Number of GPUs'],
  ['none', 'No GPU', ''],
] as const;

/** The fields of the form. The API checks them; its answer names the field. */
export function DraftFields({
  draft,
  projects,
  change,
}: {
  readonly draft: Draft;
  readonly projects: readonly { readonly id: string; readonly name: string }[];
  readonly change: (change: Partial<Draft>) => void;
}): ReactElement {
  const input = (field: keyof Draft, label: string, props: object = {}): ReactElement => (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          value={draft[field]}
          onChange={({ target }) => change({ [field]: target.value })}
          {...props}
        />
      )}
    </Field>
  );
  const [, , amountLabel] = SHARES.find(([share]) => share === draft.share) ?? SHARES[0];
  return (
    <>
      <div className="fields">
        {input('name', 'Name', { required: true, autoFocus: true })}
        <Field label="Project">
          {(id) => (
            <select
              id={id}
              value={draft.projectId}
              onChange={({ target }) => change({ projectId: target.value })}
            >
              {projects.map((project) => (
                <option key={project.id} value={project.id}>
                  {project.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {input('image', 'Image', { required: true, placeholder: 'vllm/vllm-openai:v0.8.5' })}
      {input('args', 'Arguments')}
      <div className="fields">
        <Field label="GPU">
          {(id) => (
            <select
              id={id}
              value={draft.share}
              onChange={({ target }) => change({ share: target.value as Draft['share'] })}
            >
              {SHARES.map(([share, label]) => (
                <option key={share} value={share}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {draft.share === 'none' ? null : input('amount', amountLabel)}
        {input('port', 'Port of the model', { inputMode: 'numeric' })}
      </div>
      <div className="fields">
        {input('minReplicas', 'Least replicas (0: to zero)', { inputMode: 'numeric' })}
        {input('maxReplicas', 'Most replicas', { inputMode: 'numeric' })}
      </div>
    </>
  );
}
