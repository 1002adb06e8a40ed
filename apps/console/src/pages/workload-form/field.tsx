import { useId, type ReactElement, type ReactNode } from 'react';

/** A labelled input with a hint, and what is wrong with it. */
export function Field({
  label,
  hint,
  problem,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly problem?: string | undefined;
  /** Gets what ties the input to its label, hint and problem. */
  readonly children: (ties: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint`, 'aria-invalid': problem !== undefined })}
      <span id={`${id}-hint`} className="small" data-tone={problem === undefined ? undefined : 'bad'}>
        {problem ?? hint ?? ''}
      </span>
    </div>
  );
}
