import { useId, useState, type ReactElement } from 'react';
import { Problem } from '../../../components/layout/states';
import type { Found, Option } from './found';
import { useSettled } from './use-settled';

/** Picks several out of what the API finds by a part of the name. */
export function PickSeveral({
  label,
  hint,
  chosen,
  change,
  useFound,
}: {
  readonly label: string;
  readonly hint: string;
  readonly chosen: readonly Option[];
  readonly change: (chosen: readonly Option[]) => void;
  /** A hook, the same one for the life of the component. */
  readonly useFound: (search: string) => Found;
}): ReactElement {
  const id = useId();
  const [text, setText] = useState('');
  const { options, more, error } = useFound(useSettled(text));
  const without = (gone: string): readonly Option[] => chosen.filter((one) => one.id !== gone);
  return (
    <fieldset className="pick">
      <legend>{label}</legend>
      <span className="hint">{hint}</span>
      {chosen.length === 0 ? null : (
        <div className="chosen">
          {chosen.map(({ id: one, name }) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-label={`Leave out ${name}`}
              onClick={() => change(without(one))}
            >
              {name} <span aria-hidden>✕</span>
            </button>
          ))}
        </div>
      )}
      <input
        id={id}
        type="search"
        aria-label={`Find in ${label.toLowerCase()}`}
        placeholder="Part of a name"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {error === null ? null : <Problem error={error} />}
      {options === undefined ? null : options.length === 0 ? (
        <span className="hint">Nothing has such a name.</span>
      ) : (
        <div className="found">
          {options.map((option) => (
            <label key={option.id}>
              <input
                type="checkbox"
                checked={chosen.some((one) => one.id === option.id)}
                onChange={({ target }) => change(target.checked ? [...chosen, option] : without(option.id))}
              />
              <span>
                {option.name}{' '}
                {option.where === undefined ? null : <span className="soft">{option.where}</span>}
              </span>
            </label>
          ))}
          {more ? <span className="hint">There are more; type a part of the name.</span> : null}
        </div>
      )}
    </fieldset>
  );
}
