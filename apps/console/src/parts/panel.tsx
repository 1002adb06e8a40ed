import { useId, type ReactElement, type ReactNode } from 'react';

/** A titled part of a page. */
export function Panel({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A number that matters, with what it counts. */
export function Figure({
  label,
  value,
  hint,
  tone,
}: {
  readonly label: string;
  readonly value: string | number;
  readonly hint?: string;
  readonly tone?: string;
}): ReactElement {
  return (
    <div className="figure" data-tone={tone}>
      <span className="soft small">{label}</span>
      <strong className="number">{value}</strong>
      <span className="soft small">{hint ?? '\u00a0'}</span>
    </div>
  );
}
