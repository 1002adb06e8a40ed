import type { ReactElement, ReactNode } from 'react';
import { Pager } from '../../../components/layout/pager';
import { Empty } from '../../../components/layout/states';
import { When } from '../../../components/values/when';
import type { ListQuery } from '../use-list-query';
import { pageOf, SIZE } from './found-part';

/** What applications and users have in common. */
interface Subject {
  readonly id: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A page of applications or users, with columns of their own in front. */
export function SubjectList<S extends Subject>({
  label,
  subjects,
  list: { search, offset, show },
  heads,
  namesOf,
  cells,
  actions,
  empty,
}: {
  readonly label: string;
  readonly subjects: readonly S[];
  readonly list: ListQuery<never>;
  readonly heads: readonly string[];
  readonly namesOf: (subject: S) => readonly string[];
  readonly cells: (subject: S) => readonly ReactNode[];
  /** Undefined where the reader may do nothing with them. */
  readonly actions: ((subject: S) => ReactNode) | undefined;
  readonly empty: string;
}): ReactElement {
  const { total, page } = pageOf(subjects, namesOf, { search, offset });
  if (total === 0)
    return <Empty title={search === '' ? `No ${label.toLowerCase()} yet` : 'None matches'}>{empty}</Empty>;
  return (
    <>
      <div className="table" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {[...heads, 'Created', ...(actions === undefined ? [] : ['Actions'])].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.map((subject) => (
              <tr key={subject.id}>
                {cells(subject).map((cell, index) => (
                  <td key={heads[index]}>{cell}</td>
                ))}
                <td>
                  <When at={subject.createdAt} />
                  <div className="small soft">{subject.createdBy}</div>
                </td>
                {actions === undefined ? null : (
                  <td>
                    <div className="actions">{actions(subject)}</div>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        offset={offset}
        size={SIZE}
        shown={page.length}
        total={total}
        show={(to) => show({ offset: String(to) })}
      />
    </>
  );
}
