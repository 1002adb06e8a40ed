import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { memory, number } from '../../components/values/numbers';
import { Empty } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { useOf } from './colours';
import type { MapNode, Piece } from './shares';

const ROWS = 100;

/** The shares of the map as a table, for those who read rather than see it. */
export function SharesTable({
  nodes,
  isWanted,
}: {
  readonly nodes: readonly MapNode[];
  readonly isWanted: ((piece: Piece) => boolean) | undefined;
}): ReactElement {
  const [first, setFirst] = useState(0);
  const all = nodes.flatMap(({ name, gpus }) =>
    gpus.flatMap((gpu) =>
      gpu.pieces
        .filter((piece) => isWanted?.(piece) ?? true)
        .map((piece, at) => ({ node: name, gpu, piece, key: `${name}/${gpu.index}/${at}` })),
    ),
  );
  if (all.length === 0) return <Empty title="No GPU has a share">Nothing runs on a GPU that matches.</Empty>;
  const begin = first < all.length ? first : 0;
  return (
    <>
      <div className="table" tabIndex={0} role="region" aria-label="Shares of GPUs">
        <table>
          <thead>
            <tr>
              {['Node', 'GPU', 'Workload', 'Project', 'Pod', 'Share', 'Memory', 'MIG', 'Use', 'Since'].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {all.slice(begin, begin + ROWS).map(({ node, gpu, piece: { holder, mig }, key }) => (
              <tr key={key}>
                <td>{node}</td>
                <td className="number">{gpu.index}</td>
                <td>
                  {holder === undefined ? (
                    <span className="soft">free</span>
                  ) : holder.workload === undefined ? (
                    <span className="soft">another project</span>
                  ) : (
                    <Link href={`/workloads/${holder.workload.id}`}>{holder.workload.name}</Link>
                  )}
                </td>
                <td>{holder?.workload?.projectName}</td>
                <td>{holder?.pod}</td>
                <td className="number">{holder === undefined ? '' : number(holder.milliGpu / 1000)}</td>
                <td className="number">
                  {holder === undefined || holder.memoryMiB === null ? '' : memory(holder.memoryMiB)}
                </td>
                <td>{mig === undefined ? '' : `${mig.profile} at ${mig.start}`}</td>
                <td className="number">{holder?.utilisation === undefined ? '' : useOf(holder)}</td>
                <td>{holder?.since === undefined ? '' : <When at={holder.since} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {all.length <= ROWS ? null : (
        <nav className="bar" aria-label="Pages of the shares">
          <button
            type="button"
            className="button"
            disabled={begin === 0}
            onClick={() => setFirst(Math.max(0, begin - ROWS))}
          >
            Previous
          </button>
          <span className="number">
            {begin + 1} to {Math.min(all.length, begin + ROWS)} of {all.length}
          </span>
          <button
            type="button"
            className="button"
            disabled={begin + ROWS >= all.length}
            onClick={() => setFirst(begin + ROWS)}
          >
            Next
          </button>
        </nav>
      )}
    </>
  );
}
