import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Ask } from '../../../components/dialogs/ask';
import { Sheet } from '../../../components/dialogs/dialog';
import { Field } from '../../../components/forms/field';
import { Problem } from '../../../components/layout/states';
import { submitting } from '../../../components/forms/submitting';
import { useSending } from '../../../components/forms/use-sending';
import { useConsole } from '../../../shell/console';
import { KeyFields, type Key } from './key-fields';
import { settingsOf } from './key-request';

/** How long the secret before may count, s. */
const OVERLAPS = [
  [0, 'At once'],
  [3_600, 'In an hour'],
  [86_400, 'In a day'],
  [604_800, 'In a week'],
] as const;

/** What can be done with a key; `made` gets the secret of a rotation. */
export function KeyActions({
  of: key,
  made,
}: {
  readonly of: Key;
  readonly made: (name: string, secret: string) => void;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'change' | 'rotate'>();
  const { busy, error, send } = useSending();
  const params = { keyId: key.id };
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['get_serving_keys'] });
  const change = (form: FormData): Promise<void> =>
    send(async () => {
      await api.call('change_serving_key', { params, body: settingsOf(form, Date.now()) });
      await renew();
      setOpen(undefined);
    });
  const rotate = (form: FormData): Promise<void> =>
    send(async () => {
      const body = { overlapSeconds: Number(form.get('overlap')) };
      const rotated = await api.call('rotate_serving_key', { params, body });
      await renew();
      setOpen(undefined);
      made(key.name, rotated.key);
    });
  const revoke = async (): Promise<void> => {
    await api.call('revoke_serving_key', { params });
    await renew();
  };
  const problem = error === undefined ? null : <Problem error={error} />;
  const opener = (what: 'change' | 'rotate', label: string): ReactElement => (
    <button
      type="button"
      className="button"
      aria-label={`${label} ${key.name}`}
      onClick={() => setOpen(what)}
    >
      {label}
    </button>
  );
  return (
    <div className="actions">
      {opener('change', 'Change')}
      {opener('rotate', 'Rotate')}
      <Ask label="Revoke" about={key.name} title={`Revoke the key of ${key.name}?`} act={revoke}>
        Gateways refuse it within 2 seconds, for good: a revoked key cannot be brought back. It stays in the
        list, so that its usage can be read.
      </Ask>
      <Sheet
        title={`Change the key of ${key.name}`}
        open={open === 'change'}
        close={() => setOpen(undefined)}
      >
        <form className="draft" onSubmit={submitting(change)}>
          <KeyFields of={key} />
          <p className="soft small">What a key opens cannot be changed; make another one for that.</p>
          {problem}
          <button type="submit" className="button" data-kind="main" disabled={busy}>
            Save
          </button>
        </form>
      </Sheet>
      <Sheet title={`A new secret for ${key.name}`} open={open === 'rotate'} close={() => setOpen(undefined)}>
        <form className="draft" onSubmit={submitting(rotate)}>
          <Field label="The secret of now stops counting">
            {(id) => (
              <select id={id} name="overlap">
                {OVERLAPS.map(([seconds, label]) => (
                  <option key={seconds} value={seconds}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <p className="soft small">
            With time left, programs can be changed one by one. Another rotation within it ends the first of
            the secrets.
          </p>
          {problem}
          <button type="submit" className="button" data-kind="main" disabled={busy}>
            Make a new secret
          </button>
        </form>
      </Sheet>
    </div>
  );
}
