import { useState, type ReactElement } from 'react';
import type { BodyOf } from '../../../api/client';
import { Field } from '../../../components/forms/field';
import { ENDS, LIMITS, localTime, PRIORITIES } from './key-request';

export type Key = BodyOf<'get_serving_keys'>['servingKeys'][number];

/** The fields of what can be changed of a key, filled in with those of one that exists. */
export function KeyFields({ of: key }: { readonly of?: Key }): ReactElement {
  return (
    <>
      <Field label="For whom">
        {(id) => (
          <input
            id={id}
            name="name"
            required
            autoFocus
            placeholder="nightly evaluation"
            defaultValue={key?.name}
          />
        )}
      </Field>
      <div className="fields">
        <End of={key} />
        <Field label="Class">
          {(id) => (
            <select id={id} name="priority" defaultValue={key?.priority ?? 'normal'}>
              {PRIORITIES.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <fieldset className="pick">
        <legend>Limits</legend>
        <span className="hint">Without a number there is none.</span>
        <div className="fields">
          {LIMITS.map(([name, label]) => (
            <Field key={name} label={label}>
              {(id) => (
                <input id={id} name={name} type="number" min="1" step="1" defaultValue={key?.limits[name]} />
              )}
            </Field>
          ))}
        </div>
      </fieldset>
    </>
  );
}

function End({ of: key }: { readonly of: Key | undefined }): ReactElement {
  const [end, setEnd] = useState<string>(
    key === undefined ? '90' : key.expiresAt === undefined ? 'never' : 'at',
  );
  return (
    <>
      <Field label="Ends">
        {(id) => (
          <select id={id} name="end" value={end} onChange={({ target }) => setEnd(target.value)}>
            {ENDS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {end === 'at' ? (
        <Field label="Time of its end">
          {(id) => (
            <input
              id={id}
              name="at"
              type="datetime-local"
              required
              defaultValue={key?.expiresAt === undefined ? undefined : localTime(key.expiresAt)}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
