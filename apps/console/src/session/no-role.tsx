import type { ReactElement } from 'react';
import { useOperation } from '../api/use-operation';
import { useSession } from '../shell/console';

/** Shows a user without any access rule what to do about it. */
export function NoRole(): ReactElement | null {
  const session = useSession();
  const { data } = useOperation('get_permissions', {}, { everyMs: 60_000 });
  if (data === undefined || data.length > 0) return null;
  return (
    <div className="notice" data-tone="warn" role="status">
      <strong>No access rule gives you a role yet</strong>
      <span>
        An administrator gives one to <code>{session?.name}</code> or to a group of yours, under Access.
      </span>
    </div>
  );
}
