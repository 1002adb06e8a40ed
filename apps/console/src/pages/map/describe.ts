import { memory, number } from '../../components/values/numbers';
import { ageOf, useOf } from './colours';
import type { Spot } from './drawing/spots';
import type { Holder, Piece } from './shares';

/** A line of what is known of a share. */
export type Line = readonly [name: string, value: string];

/** Whose a spot is, in one line. */
export function titleOf({ piece, gpu }: Spot): string {
  if (piece?.holder !== undefined) return piece.holder.workload?.name ?? 'Another project';
  if (piece?.mig !== undefined) return `${piece.mig.profile}, free`;
  if (!gpu.available) return 'Not available';
  const free = Math.max(0, 1 - gpu.allocated);
  return gpu.isPartitioned ? 'No instances' : free === 1 ? 'Free' : `${number(free)} GPU free`;
}

/** All that is known of a spot; times in ms. */
export function linesOf({ piece, gpu, box }: Spot, now: number): readonly Line[] {
  return [
    ...(piece?.holder === undefined ? [] : ofHolder(piece.holder, now)),
    ...(piece === undefined ? [] : ofInstance(piece)),
    ['GPU', `${gpu.index} of ${box.node.name}, ${gpu.model}`],
    ...(gpu.memoryMiB === null ? [] : ([['GPU memory', memory(gpu.memoryMiB)]] as const)),
    ...(gpu.reservation === undefined
      ? []
      : ([['Reservation pod', `${gpu.reservation.pod}, ${gpu.reservation.phase}`]] as const)),
    ...(gpu.available ? [] : ([['State', 'not available']] as const)),
    ...(box.node.status === 'Ready' ? [] : ([['Node', box.node.status]] as const)),
  ];
}

function ofHolder(holder: Holder, now: number): readonly Line[] {
  const { workload, pod, replica, milliGpu, memoryMiB } = holder;
  return [
    ...(workload === undefined ? [] : ([['Project', workload.projectName]] as const)),
    ...(pod === undefined ? [] : ([['Pod', `${pod} (replica ${replica ?? '–'})`]] as const)),
    ['Share', `${number(milliGpu / 1000)} GPU${memoryMiB === null ? '' : `, ${memory(memoryMiB)}`}`],
    ...(holder.since === undefined ? [] : ([['Held for', ageOf(holder, now)]] as const)),
    ...(holder.utilisation === undefined ? [] : ([['GPU utilisation', useOf(holder)]] as const)),
  ];
}

function ofInstance({ mig }: Piece): readonly Line[] {
  if (mig === undefined) return [];
  const { profile, start, size } = mig;
  const slices =
    size === undefined
      ? `from slice ${start}`
      : size === 1
        ? `slice ${start}`
        : `slices ${start} to ${start + size - 1}`;
  return [['MIG', `${profile}, ${slices}`]];
}
