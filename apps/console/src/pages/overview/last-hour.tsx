import { useMemo, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { useNow, When } from '../../components/values/when';
import type { Node } from './capacity';
import { changesOf, type ChangeGroup } from './changes';
import { HOUR_MS, useLastHour } from './use-last-hour';

/** Of each group so many are named; its title leads to all. */
const NAMED = 4;

/** What changed in the last hour, what calls for somebody first. */
export function LastHour({ nodes }: { readonly nodes: readonly Node[] }): ReactElement {
  const { kept, events } = useLastHour();
  const projects = useOperation('get_projects', { query: { limit: 500, sortBy: 'name' } });
  const since = useNow() - HOUR_MS;
  const groups = useMemo(
    () => changesOf(since, { events, nodes, projects: projects.data?.projects ?? [] }),
    [since, events, nodes, projects.data],
  );
  return (
    <Panel title="The last hour" aside={<Link href="/events?since=1h">Events</Link>}>
      <Loaded query={kept} lines={6}>
        {({ cut }) => (
          <>
            {cut ? (
              <p className="small soft">
                More happened than is shown: the first events of the hour, and the newest.
              </p>
            ) : null}
            {groups.length === 0 ? (
              <Empty title="Nothing changed">No workload, node or project changed in the last hour.</Empty>
            ) : (
              <ul className="changes">
                {groups.map((group) => (
                  <Group key={group.title} group={group} />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Group({ group: { title, tone, href, changes } }: { readonly group: ChangeGroup }): ReactElement {
  const more = changes.length - NAMED;
  return (
    <li>
      <Link href={href} className="change-title">
        <span className="phase" data-tone={tone} data-shape={tone === 'bad' ? 'square' : 'dot'}>
          {title}
        </span>
        <strong className="number">{changes.length}</strong>
      </Link>
      <ul>
        {changes.slice(0, NAMED).map(({ at, name, text, href: of }) => (
          <li key={`${at} ${name} ${text}`} className="line">
            <Link href={of}>{name}</Link> <span className="small soft">{text}</span>
            <span className="small soft when">
              <When at={new Date(at).toISOString()} />
            </span>
          </li>
        ))}
        {more > 0 ? (
          <li className="small">
            <Link href={href}>{more} more</Link>
          </li>
        ) : null}
      </ul>
    </li>
  );
}
