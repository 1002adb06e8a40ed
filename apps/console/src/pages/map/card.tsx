import type { ReactElement } from 'react';
import { useNow } from '../../components/values/when';
import { linesOf, titleOf } from './describe';
import type { Spot } from './drawing/spots';

/** Shows the owner of a share, beside the share. It takes no clicks. */
export function Card({ spot }: { readonly spot: Spot }): ReactElement {
  const now = Math.max(useNow(), Date.now());
  return (
    <>
      <strong>{titleOf(spot)}</strong>
      <dl>
        {linesOf(spot, now).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {spot.piece?.holder?.workload === undefined ? null : (
        <span className="small soft">Click or Enter opens the workload</span>
      )}
    </>
  );
}
