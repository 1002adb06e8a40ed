import { useEffect, useState, type ReactElement } from 'react';
import { Field } from '../../components/forms/field';
import { useSettled } from './pick/use-settled';

/** A field that shows what was searched for, and searches once the reader has stopped typing. */
export function SearchField({
  text,
  show,
  label = 'Search',
}: {
  readonly text: string;
  readonly show: (text: string) => void;
  readonly label?: string;
}): ReactElement {
  const [typed, setTyped] = useState(text);
  const settled = useSettled(typed);
  useEffect(() => {
    if (settled !== text) show(settled);
    // Only what the reader typed begins a search.
  }, [settled]);
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          type="search"
          placeholder="Part of a name"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      )}
    </Field>
  );
}
