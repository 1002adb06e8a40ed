import { useEffect, type ReactElement, type ReactNode } from 'react';

/** Names the tab of the browser after a page. */
export function useTabName(name: string): void {
  useEffect(() => {
    document.title = `${name} · Tessera`;
  }, [name]);
}

/** The heading of a page, which is the name of its tab too; what `children` hold stands beside it. */
export function PageTitle({
  name,
  above,
  children,
}: {
  readonly name: string;
  /** Where the page belongs, such as a link to the list that it is part of. */
  readonly above?: ReactNode;
  readonly children?: ReactNode;
}): ReactElement {
  useTabName(name);
  return (
    <div className="title">
      <div>
        {above === undefined ? null : <div className="small soft">{above}</div>}
        <h1>{name}</h1>
      </div>
      {children === undefined ? null : <div className="bar">{children}</div>}
    </div>
  );
}
