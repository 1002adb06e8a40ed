import type { ClusterNodes } from '../../api/use-nodes';

type Node = ClusterNodes['nodes'][number];

/** A part of a device that is drawn as one bar; from and to as parts of the device, 0 to 1. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kind: 'shared' | 'mig-used' | 'mig-free';
  readonly label: string;
}

/** A device in its place on the map, px from the top left. */
export interface Device {
  readonly node: Node;
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly available: boolean;
  readonly pieces: readonly Piece[];
}

/** The top left of a node with its name. */
export interface Box {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapLayout {
  readonly boxes: readonly Box[];
  readonly devices: readonly Device[];
  readonly width: number;
  readonly height: number;
}

export const DEVICE = { width: 92, height: 16, gap: 4 } as const;
const BOX = { padding: 8, head: 20, gap: 12 } as const;
/** Compute slices of a device under MIG (A100 and later). */
const MIG_SLICES = 7;
const PROFILE = /^(\d+)g\./;

/** Puts nodes side by side in rows that fit the width, each with its devices below each other. */
export function layoutOf(nodes: readonly Node[], width: number): MapLayout {
  const boxWidth = DEVICE.width + 2 * BOX.padding;
  const columns = Math.max(1, Math.floor((width + BOX.gap) / (boxWidth + BOX.gap)));
  const boxes: Box[] = [];
  const devices: Device[] = [];
  let y = 0;
  for (let first = 0; first < nodes.length; first += columns) {
    const row = nodes.slice(first, first + columns);
    const height = Math.max(...row.map(heightOf));
    row.forEach((node, column) => {
      const x = column * (boxWidth + BOX.gap);
      boxes.push({ node, x, y, width: boxWidth, height: heightOf(node) });
      node.gpus.forEach((gpu, place) =>
        devices.push({
          node,
          index: gpu.index,
          x: x + BOX.padding,
          y: y + BOX.head + BOX.padding + place * (DEVICE.height + DEVICE.gap),
          available: gpu.available,
          pieces: piecesOf(gpu),
        }),
      );
    });
    y += height + BOX.gap;
  }
  return {
    boxes,
    devices,
    width: columns * (boxWidth + BOX.gap) - BOX.gap,
    height: Math.max(0, y - BOX.gap),
  };
}

const heightOf = ({ gpus }: Node): number =>
  BOX.head + 2 * BOX.padding + Math.max(1, gpus.length) * (DEVICE.height + DEVICE.gap) - DEVICE.gap;

/** MIG instances in their places, or the allocated part of a device. */
function piecesOf({ mig, allocatedGpu }: Node['gpus'][number]): readonly Piece[] {
  if (mig !== undefined && mig.length > 0)
    return mig.map(({ profile, start, used }) => {
      const slices = Number(PROFILE.exec(profile)?.[1] ?? 1);
      return {
        from: Math.min(1, start / MIG_SLICES),
        to: Math.min(1, (start + slices) / MIG_SLICES),
        kind: used ? 'mig-used' : 'mig-free',
        label: profile,
      };
    });
  return allocatedGpu > 0
    ? [{ from: 0, to: Math.min(1, allocatedGpu), kind: 'shared', label: `${allocatedGpu}` }]
    : [];
}

/** The device at a point, if there is one. */
export const deviceAt = ({ devices }: MapLayout, x: number, y: number): Device | undefined =>
  devices.find(
    (device) => x >= device.x && x < device.x + DEVICE.width && y >= device.y && y < device.y + DEVICE.height,
  );
