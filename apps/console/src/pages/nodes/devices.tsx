import type { ReactElement } from 'react';
import type { ClusterNodes } from '../../api/use-nodes';
import { memory, number } from '../../components/values/numbers';
import { Empty } from '../../components/layout/states';

type Node = ClusterNodes['nodes'][number];
type Gpu = Node['gpus'][number];

/** Compute slices of a device under MIG (A100 and later). */
const MIG_SLICES = 7;

/** The GPUs of a node: what of each is held, and MIG instances in their places. */
export function Devices({ node }: { readonly node: Node }): ReactElement {
  if (node.gpus.length === 0)
    return <Empty title="No GPUs">The node has none, or its device plugin offers none.</Empty>;
  return (
    <ul className="devices">
      {node.gpus.map((gpu) => (
        <li key={gpu.index}>
          <span>
            GPU {gpu.index} <span className="small soft">{gpu.model}</span>
          </span>
          <span className="small number">{heldOf(gpu)}</span>
          <Bar gpu={gpu} />
        </li>
      ))}
    </ul>
  );
}

function heldOf({ available, allocatedGpu, allocatedMemoryMiB, memoryMiB, mig }: Gpu): string {
  if (!available) return 'not available';
  if (mig !== undefined && mig.length > 0)
    return `${mig.filter(({ used }) => used).length} of ${mig.length} instances in use`;
  const share = `${number(allocatedGpu)} allocated`;
  return memoryMiB === null ? share : `${share}, ${memory(allocatedMemoryMiB ?? 0)} of ${memory(memoryMiB)}`;
}

function Bar({ gpu: { available, allocatedGpu, mig } }: { readonly gpu: Gpu }): ReactElement {
  if (mig !== undefined && mig.length > 0)
    return (
      <span className="slices">
        {mig.map(({ profile, start, used }) => (
          <span
            key={`${profile} ${start}`}
            data-tone={used ? 'good' : 'calm'}
            data-used={used}
            title={`${profile}, ${used ? 'in use' : 'free'}`}
            style={{
              gridColumn: `${Math.min(MIG_SLICES, start + 1)} / span ${Number(/^\d+/.exec(profile)?.[0] ?? 1)}`,
            }}
          >
            {profile.split('.')[0]}
          </span>
        ))}
      </span>
    );
  return (
    <span className="share" data-tone={available ? 'busy' : 'bad'} aria-hidden="true">
      <span style={{ width: `${available ? Math.min(100, 100 * allocatedGpu) : 100}%` }} />
    </span>
  );
}
