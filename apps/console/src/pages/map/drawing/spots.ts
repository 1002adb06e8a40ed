import { maybe } from '@tessera/kernel';
import { BAR, barOf, boxesWithin, rowsWithin, type Box, type MapLayout, type Rect } from './layout';
import type { Gpu, Piece } from '../shares';

/** A GPU of the map, and a share on it where it has one there. */
export interface Spot {
  readonly box: Box;
  /** Position among the GPUs of the node. */
  readonly position: number;
  readonly gpu: Gpu;
  /** Position among the pieces of the GPU; -1 for what is free of it. */
  readonly at: number;
  readonly piece?: Piece;
}

/** What of the map a spot is, as text that stands in addresses. */
export const nameOf = ({ box, gpu, at }: Spot): string => `${box.node.name}/${gpu.index}/${at}`;

export function spotOf(box: Box, position: number, at: number): Spot | undefined {
  const gpu = box.node.gpus[position];
  if (gpu === undefined) return undefined;
  const piece = gpu.pieces[at];
  return { box, position, gpu, at: piece === undefined ? -1 : at, ...maybe('piece', piece) };
}

/** The spot at a point of the map, if there is a GPU. */
export function spotAt(layout: MapLayout, x: number, y: number): Spot | undefined {
  const point = { x, y, width: 1, height: 1 };
  for (const row of rowsWithin(layout, point))
    for (const box of boxesWithin(row, point)) {
      const first = barOf(box, 0);
      const position = Math.floor((y - first.y) / (BAR.height + BAR.gap));
      const bar = barOf(box, position);
      if (x < bar.x || x >= bar.x + bar.width || y < bar.y || y >= bar.y + bar.height) return undefined;
      const part = (x - bar.x) / bar.width;
      const at = box.node.gpus[position]?.pieces.findIndex(({ from, to }) => part >= from && part < to);
      return spotOf(box, position, at ?? -1);
    }
  return undefined;
}

/** Where a spot is on the map; what is free of a GPU has the place of the whole GPU. */
export function placeOf({ box, position, piece }: Spot): Rect {
  const bar = barOf(box, position);
  if (piece === undefined) return bar;
  return { ...bar, x: bar.x + piece.from * bar.width, width: (piece.to - piece.from) * bar.width };
}

/** The spot with a name, and that of its GPU where the share has gone. */
export function spotNamed({ rows }: MapLayout, name: string): Spot | undefined {
  const [node, index, at] = name.split('/');
  for (const { boxes } of rows)
    for (const box of boxes)
      if (box.node.name === node)
        return spotOf(
          box,
          box.node.gpus.findIndex((gpu) => gpu.index === Number(index)),
          Number(at ?? -1),
        );
  return undefined;
}

/** All shares that pass a test, in the order of the map. */
export function spotsWith(layout: MapLayout, wanted: (piece: Piece) => boolean): readonly Spot[] {
  return layout.rows.flatMap(({ boxes }) =>
    boxes.flatMap((box) =>
      box.node.gpus.flatMap(({ pieces }, position) =>
        pieces.flatMap((piece, at) => (wanted(piece) ? (spotOf(box, position, at) ?? []) : [])),
      ),
    ),
  );
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The spot beside another one: shares of the same GPU, then GPUs of the next node; above and below, GPUs. */
export function spotBeside(layout: MapLayout, spot: Spot, direction: Direction): Spot {
  const { box, position, at, gpu } = spot;
  if (direction === 'right' && at + 1 < gpu.pieces.length) return spotOf(box, position, at + 1) ?? spot;
  if (direction === 'left' && at > 0) return spotOf(box, position, at - 1) ?? spot;
  const row = layout.rows.findIndex(({ boxes }) => boxes.includes(box));
  const column = layout.rows[row]?.boxes.indexOf(box) ?? 0;
  if (direction === 'left' || direction === 'right') {
    const step = direction === 'right' ? 1 : -1;
    for (let next = column + step; layout.rows[row]?.boxes[next] !== undefined; next += step) {
      const found = entered(layout.rows[row]?.boxes[next], position, step);
      if (found !== undefined) return found;
    }
    return spot;
  }
  const step = direction === 'down' ? 1 : -1;
  const within = spotOf(box, position + step, 0);
  if (within !== undefined) return within;
  for (let next = row + step; layout.rows[next] !== undefined; next += step) {
    const boxes = layout.rows[next]?.boxes ?? [];
    const other = boxes[Math.min(column, boxes.length - 1)];
    const found = entered(other, direction === 'down' ? 0 : Infinity, 1);
    if (found !== undefined) return found;
  }
  return spot;
}

/** The GPU of a node at a position, or its last one; its last share for those who come from the right. */
function entered(box: Box | undefined, position: number, step: number): Spot | undefined {
  if (box === undefined) return undefined;
  const last = Math.min(position, box.node.gpus.length - 1);
  const pieces = box.node.gpus[last]?.pieces.length ?? 0;
  return spotOf(box, last, step > 0 ? 0 : pieces - 1);
}

/** The first GPU of the map. */
export function firstSpot({ rows }: MapLayout): Spot | undefined {
  for (const { boxes } of rows)
    for (const box of boxes) if (box.node.gpus.length > 0) return spotOf(box, 0, 0);
  return undefined;
}
