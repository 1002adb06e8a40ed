import { useId, useState, type ReactElement } from 'react';
import { Problem } from '../../../components/layout/states';
import type { Found } from './found';
import { useSettled } from './use-settled';

/** Picks one out of what the API finds; a field for a part of the name appears where there are many. */
export function PickOne({
  label,
  name,
  useFound,
}: {
  readonly label: string;
  /** Of the field in the form. */
  readonly name: string;
  /** A hook, the same one for the life of the component. */
  readonly useFound: (search: string) => Found;
}): ReactElement {
  const id = useId();
  const [text, setText] = useState('');
  const { options, more, error } = useFound(useSettled(text));
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {more || text !== '' ? (
        <input
          type="search"
          aria-label={`Find ${label.toLowerCase()}`}
          placeholder="Part of a name"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      ) : null}
      {error === null ? null : <Problem error={error} />}
      <select id={id} name={name} required>
        {options?.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
            {option.where === undefined ? '' : ` (${option.where})`}
          </option>
        ))}
      </select>
      {options?.length === 0 ? (
        <span className="hint">{text === '' ? 'You may see none.' : 'Nothing has such a name.'}</span>
      ) : null}
    </div>
  );
}
