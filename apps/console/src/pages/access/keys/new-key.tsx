import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Problem } from '../../../components/layout/states';
import { submitting } from '../../../components/forms/submitting';
import { useSending } from '../../../components/forms/use-sending';
import { useConsole } from '../../../shell/console';
import { useProjects, useWorkloads, type Option } from '../pick/found';
import { PickSeveral } from '../pick/pick-several';
import { KeyFields } from './key-fields';
import { creationOf, settingsOf } from './key-request';

/** The form that makes a key; `made` gets its secret. */
export function NewKey({ made }: { readonly made: (name: string, secret: string) => void }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const { busy, error, send } = useSending();
  const [projects, setProjects] = useState<readonly Option[]>([]);
  const [workloads, setWorkloads] = useState<readonly Option[]>([]);
  const make = (form: FormData): Promise<void> =>
    send(async () => {
      const body = creationOf(settingsOf(form, Date.now()), projects, workloads);
      const { name, key } = await api.call('create_serving_key', { body });
      await queries.invalidateQueries({ queryKey: ['get_serving_keys'] });
      made(name, key);
    });
  return (
    <form className="draft" onSubmit={submitting(make)}>
      <KeyFields />
      <PickSeveral
        label="Projects"
        hint="The key opens their workloads, also those that are created later."
        chosen={projects}
        change={setProjects}
        useFound={useProjects}
      />
      <PickSeveral
        label="Workloads"
        hint="Single workloads that the key opens beside them."
        chosen={workloads}
        change={setWorkloads}
        useFound={useWorkloads}
      />
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy}>
        {busy ? 'Making' : 'Make the key'}
      </button>
    </form>
  );
}
