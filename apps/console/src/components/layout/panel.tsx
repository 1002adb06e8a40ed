import { useId, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';

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

/** A number that matters, with what it counts; `href` leads to what it is made of, `share` (0 to 1) is drawn below it. */
export function Figure({
  label,
  value,
  hint,
  tone,
  href,
  share,
}: {
  readonly label: string;
  readonly value: string | number;
  readonly hint?: string;
  readonly tone?: string | undefined;
  readonly href?: string;
  readonly share?: number;
}): ReactElement {
  const content = (
    <>
      <span className="soft small">{label}</span>
      <strong className="number">{value}</strong>
      <span className="soft small">{hint ?? '\u00a0'}</span>
      {share === undefined ? null : (
        <span className="share" data-tone="busy" aria-hidden="true">
          <span style={{ width: `${100 * Math.min(1, share)}%` }} />
        </span>
      )}
    </>
  );
  return href === undefined ? (
    <div className="figure" data-tone={tone}>
      {content}
    </div>
  ) : (
    <Link className="figure" data-tone={tone} href={href}>
      {content}
    </Link>
  );
}
