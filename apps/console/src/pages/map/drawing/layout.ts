import type { MapNode } from '../shares';

/** Sizes at a zoom of 1, px. */
export const BAR = { width: 128, height: 18, gap: 3 } as const;
const BOX = { padding: 8, head: 20, gap: 12 } as const;
const SECTION = { head: 30, gap: 10 } as const;
const BOX_WIDTH = BAR.width + 2 * BOX.padding;
const STRIDE = BOX_WIDTH + BOX.gap;
const MANY = 200;

/** A node in its place, px from the top left of the map. */
export interface Box {
  readonly node: MapNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Nodes side by side. */
export interface Row {
  readonly y: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

/** Where the nodes of a pool begin. */
export interface Section {
  readonly pool: string;
  readonly nodes: number;
  readonly y: number;
}

export interface MapLayout {
  readonly rows: readonly Row[];
  readonly sections: readonly Section[];
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const heightOf = ({ gpus }: MapNode): number =>
  BOX.head + 2 * BOX.padding + Math.max(1, gpus.length) * (BAR.height + BAR.gap) - BAR.gap;

/** Puts nodes into rows, pool after pool, so that all of them are as large as can be in a window of that shape. */
export function layoutOf(nodes: readonly MapNode[], aspect: number): MapLayout {
  const pools = poolsOf(nodes);
  const guess = columnsFor(nodes, aspect);
  let best = placed(pools, guess);
  // Rows that are not full make it higher than the guess expects; of many nodes few are in such rows.
  const most = nodes.length > MANY ? guess + 3 : Math.min(2 * guess + 3, nodes.length);
  for (let columns = guess + 1; columns <= most; columns += 1) {
    const wider = placed(pools, columns);
    if (spaceOf(wider, aspect) < spaceOf(best, aspect)) best = wider;
  }
  return best;
}

/** The width of a window of that shape in which all is seen. */
const spaceOf = ({ width, height }: MapLayout, aspect: number): number => Math.max(width, height * aspect);

/** Pools by name with their nodes. */
function poolsOf(nodes: readonly MapNode[]): readonly (readonly [string, readonly MapNode[]])[] {
  const pools = new Map<string, MapNode[]>();
  for (const node of nodes) {
    const pool = pools.get(node.pool);
    if (pool === undefined) pools.set(node.pool, [node]);
    else pool.push(node);
  }
  return [...pools].sort(([a], [b]) => a.localeCompare(b));
}

function placed(pools: ReturnType<typeof poolsOf>, columns: number): MapLayout {
  const rows: Row[] = [];
  const sections: Section[] = [];
  let y = 0;
  let widest = 1;
  for (const [pool, members] of pools) {
    sections.push({ pool, nodes: members.length, y });
    y += SECTION.head;
    for (let first = 0; first < members.length; first += columns) {
      const row = members.slice(first, first + columns);
      const height = Math.max(...row.map(heightOf));
      const at = y;
      const boxes = row.map((node, column) => ({
        ...{ node, x: column * STRIDE, y: at, width: BOX_WIDTH, height: heightOf(node) },
      }));
      rows.push({ y, height, boxes });
      widest = Math.max(widest, row.length);
      y += height + BOX.gap;
    }
    y += SECTION.gap;
  }
  return {
    rows,
    sections,
    width: widest * STRIDE - BOX.gap,
    height: Math.max(0, y - BOX.gap - SECTION.gap),
  };
}

function columnsFor(nodes: readonly MapNode[], aspect: number): number {
  const area = nodes.reduce((sum, node) => sum + (heightOf(node) + BOX.gap) * STRIDE, 0);
  return Math.max(1, Math.round(Math.sqrt(area * aspect) / STRIDE));
}

/** The place of a GPU of a node, by its position among the GPUs. */
export const barOf = ({ x, y }: Box, position: number): Rect => ({
  x: x + BOX.padding,
  y: y + BOX.head + BOX.padding + position * (BAR.height + BAR.gap),
  width: BAR.width,
  height: BAR.height,
});

/** The rows that a part of the map touches. */
export function rowsWithin({ rows }: MapLayout, { y, height }: Rect): readonly Row[] {
  const first = firstBehind(rows, y);
  let last = first;
  while (last < rows.length && (rows[last]?.y ?? Infinity) < y + height) last += 1;
  return rows.slice(first, last);
}

/** The nodes of a row that a part of the map touches. */
export function boxesWithin({ boxes }: Row, { x, width }: Rect): readonly Box[] {
  const first = Math.max(0, Math.floor((x - BOX_WIDTH) / STRIDE) + 1);
  return boxes.slice(first, Math.max(first, Math.ceil((x + width) / STRIDE)));
}

/** The first row that ends below `y`. */
function firstBehind(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && row.y + row.height <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}
