import type { ReactElement } from 'react';
import { number } from '../../../components/values/numbers';
import { When } from '../../../components/values/when';
import { KeyActions } from './key-actions';
import type { Key } from './key-fields';
import { limitsText } from './key-request';

/** Tone and shape of a state, so that colour is not the only difference. */
const STATES = {
  active: ['good', 'dot', 'Active'],
  expired: ['warn', 'ring', 'Expired'],
  revoked: ['bad', 'square', 'Revoked'],
  void: ['calm', 'square', 'Void'],
} as const;
const HEADS = ['For whom', 'State', 'Opens', 'Limits', 'Class', 'Ends', 'Last 7 days', 'Made'];

/** A page of keys. `requests` is how often each was used lately; undefined where that is not known. */
export function KeyTable({
  keys,
  requests,
  mayChange,
  made,
}: {
  readonly keys: readonly Key[];
  readonly requests: ReadonlyMap<string, number> | undefined;
  readonly mayChange: boolean;
  readonly made: (name: string, secret: string) => void;
}): ReactElement {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Serving keys">
      <table>
        <thead>
          <tr>
            {[...HEADS, ...(mayChange ? ['Actions'] : [])].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <Cells of={key} requests={requests} />
              {mayChange ? (
                <td>{key.status === 'active' ? <KeyActions of={key} made={made} /> : null}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({
  of: key,
  requests,
}: {
  readonly of: Key;
  readonly requests: ReadonlyMap<string, number> | undefined;
}): ReactElement {
  const [tone, shape, state] = STATES[key.status];
  return (
    <>
      <td>
        <div>{key.name}</div>
        <code className="soft">{key.hint}…</code>
      </td>
      <td>
        <span className="phase" data-tone={tone} data-shape={shape}>
          {state}
        </span>
        {key.revokedAt === undefined ? null : (
          <div className="small soft">
            <When at={key.revokedAt} />
          </div>
        )}
        {key.previousSecretUntil === undefined ? null : (
          <div className="small soft">
            the secret before ends <When at={key.previousSecretUntil} />
          </div>
        )}
      </td>
      <td>
        {key.opens.map(({ projectId, projectName, workloadIds }) => (
          <div key={projectId}>
            {projectName}
            {workloadIds === undefined ? null : (
              <span className="soft">
                {workloadIds.length === 1 ? ', one workload' : `, ${workloadIds.length} workloads`}
              </span>
            )}
          </div>
        ))}
      </td>
      <td>{limitsText(key.limits)}</td>
      <td>{key.priority}</td>
      <td>
        {key.revokedAt !== undefined ? (
          <span className="soft">–</span>
        ) : key.expiresAt === undefined ? (
          <span className="soft">never</span>
        ) : (
          <When at={key.expiresAt} />
        )}
      </td>
      <td>{requests === undefined ? '–' : usedText(requests.get(key.id) ?? 0)}</td>
      <td>
        <When at={key.createdAt} />
        <div className="small soft">{key.createdBy}</div>
      </td>
    </>
  );
}

const usedText = (requests: number): string =>
  requests === 0 ? 'not used' : requests === 1 ? '1 request' : `${number(requests)} requests`;
