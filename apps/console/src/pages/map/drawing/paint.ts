import { FREE, labelOf, type Fill, type Scheme } from '../colours';
import type { Gpu, MapNode, Piece } from '../shares';
import { BAR, barOf, boxesWithin, rowsWithin, type Box, type MapLayout, type Rect } from './layout';
import type { Look } from './look';

/** Everything that a drawing depends on, besides what of it is seen. */
export interface Scene {
  readonly layout: MapLayout;
  readonly scheme: Scheme;
  readonly look: Look;
  /** Shares that are not looked for are drawn pale; absent where nothing is looked for. */
  readonly isWanted?: (piece: Piece) => boolean;
}

/** From these sizes of a bar on, px: lines of memory and frames; text on shares. */
const LANES_FROM = 7;
const TEXT_FROM = 14;
/** Parts of a bar's height: shares above, a gap, memory below. */
const LANE = { share: 0.7, memory: 0.78 } as const;
const PALE = 0.16;
/** Width of a character, as a part of the size of the text. */
const CHARACTER = 0.6;

type Areas = Map<Fill, number[]>;
interface Text {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fill: Fill;
  readonly isPale: boolean;
}

/**
 * Draws what lies in a part of the map, one px of the map as `zoom` px, with the top left of the part at the origin.
 * What has the same colour is drawn together: changes of style cost more than rectangles.
 */
export function paint(context: CanvasRenderingContext2D, scene: Scene, part: Rect, zoom: number): void {
  new Painter(context, scene, part, zoom).paint();
}

class Painter {
  private readonly solid: Areas = new Map();
  private readonly pale: Areas = new Map();
  private readonly grounds: number[] = [];
  private readonly texts: Text[] = [];
  private readonly frames: { readonly area: readonly number[]; readonly colour: string }[] = [];
  private readonly hasLanes: boolean;
  private readonly hasText: boolean;
  /** Of text on shares, px. */
  private readonly size: number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly scene: Scene,
    private readonly part: Rect,
    private readonly zoom: number,
  ) {
    this.hasLanes = BAR.height * zoom >= LANES_FROM;
    this.hasText = BAR.height * zoom >= TEXT_FROM;
    this.size = Math.min(20, Math.max(9, 10 * zoom));
  }

  paint(): void {
    const { layout, look } = this.scene;
    const boxes = rowsWithin(layout, this.part).flatMap((row) => boxesWithin(row, this.part));
    for (const box of boxes) this.node(box);
    this.fill(this.grounds, look.colour('--line'));
    for (const [areas, alpha] of [
      [this.solid, 1],
      [this.pale, PALE],
    ] as const) {
      this.context.globalAlpha = alpha;
      for (const [fill, area] of areas) {
        const { colour, texture } = look.paint(fill);
        this.fill(area, colour);
        if (texture !== undefined) this.fill(area, texture);
      }
    }
    this.context.globalAlpha = 1;
    this.outlines();
    this.write();
    this.heads(boxes);
  }

  private node(box: Box): void {
    box.node.gpus.forEach((gpu, position) => this.gpu(gpu, barOf(box, position)));
  }

  private gpu(gpu: Gpu, bar: Rect): void {
    const x = (bar.x - this.part.x) * this.zoom;
    const y = (bar.y - this.part.y) * this.zoom;
    const width = bar.width * this.zoom;
    const height = bar.height * this.zoom;
    const share = this.hasLanes ? height * LANE.share : height;
    this.grounds.push(...snapped(x, y, width, share));
    if (this.hasLanes)
      this.grounds.push(...snapped(x, y + height * LANE.memory, width, height * (1 - LANE.memory)));
    for (const piece of gpu.pieces) {
      const isPale = this.scene.isWanted?.(piece) === false;
      const fill = this.scene.scheme.fillOf(piece);
      const areas = isPale ? this.pale : this.solid;
      let area = areas.get(fill);
      if (area === undefined) areas.set(fill, (area = []));
      const place = apart(x + piece.from * width, y, (piece.to - piece.from) * width, share);
      area.push(...place);
      if (fill === FREE && this.hasLanes) this.frames.push({ area: place, colour: '--line-strong' });
      if (this.hasLanes && piece.holder !== undefined)
        area.push(
          ...apart(
            x + piece.memoryFrom * width,
            y + height * LANE.memory,
            (piece.memoryTo - piece.memoryFrom) * width,
            height * (1 - LANE.memory),
          ),
        );
      if (this.hasText)
        this.texts.push({
          ...{
            text: labelOf(piece),
            x: place[0] + 4,
            y: y + share / 2 + 0.5,
            width: place[2] - 7,
            fill,
            isPale,
          },
        });
    }
    if (!gpu.available) this.frames.push({ area: snapped(x, y, width, height), colour: '--bad' });
    else if (gpu.reservation !== undefined && this.hasLanes)
      this.frames.push({ area: snapped(x - 2, y - 2, width + 4, height + 4), colour: '--ink-soft' });
  }

  private fill(area: readonly number[], style: string | CanvasPattern): void {
    this.context.fillStyle = style;
    for (let at = 0; at < area.length; at += 4)
      this.context.fillRect(area[at] ?? 0, area[at + 1] ?? 0, area[at + 2] ?? 0, area[at + 3] ?? 0);
  }

  private outlines(): void {
    const { context, scene } = this;
    for (const { area, colour } of this.frames) {
      const [x = 0, y = 0, width = 0, height = 0] = area;
      context.strokeStyle = scene.look.colour(colour);
      context.lineWidth = colour === '--bad' && this.hasLanes ? 2 : 1;
      context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
      if (colour !== '--bad') continue;
      // A stroke through it, for those who do not see the colour.
      context.beginPath();
      context.moveTo(x, y + height);
      context.lineTo(x + width, y);
      context.stroke();
    }
  }

  private write(): void {
    const { context, scene } = this;
    context.font = `${this.size}px system-ui, sans-serif`;
    context.textBaseline = 'middle';
    for (const { text, x, y, width, fill, isPale } of this.texts) {
      const most = Math.floor(width / (CHARACTER * this.size));
      if (most < 3) continue;
      const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
      const { colour, texture, ink } = scene.look.paint(fill);
      if (texture !== undefined && !isPale) {
        context.fillStyle = colour;
        context.fillRect(
          x - 2,
          y - this.size * 0.6,
          shown.length * CHARACTER * this.size + 3,
          this.size * 1.2,
        );
      }
      context.fillStyle = isPale ? scene.look.colour('--ink-soft') : ink;
      context.fillText(shown, x, y);
    }
  }

  private heads(boxes: readonly Box[]): void {
    const { context, scene, zoom } = this;
    const size = 12 * zoom;
    if (size >= 4) {
      context.strokeStyle = scene.look.colour('--line-strong');
      context.lineWidth = 1;
      for (const { x, y, width, height } of boxes) {
        const area = snapped((x - this.part.x) * zoom, (y - this.part.y) * zoom, width * zoom, height * zoom);
        context.strokeRect(
          (area[0] ?? 0) + 0.5,
          (area[1] ?? 0) + 0.5,
          (area[2] ?? 0) - 1,
          (area[3] ?? 0) - 1,
        );
      }
    }
    if (size < 8) return;
    context.font = `600 ${Math.min(22, size)}px system-ui, sans-serif`;
    for (const { node, x, y, width } of boxes) {
      context.fillStyle = scene.look.colour(node.status === 'Ready' ? '--ink' : '--bad');
      const most = Math.floor(((width - 12) * zoom) / (Math.min(22, size) * 0.58));
      const text = textOf(node);
      context.fillText(
        text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text,
        (x - this.part.x + 8) * zoom,
        (y - this.part.y + 15) * zoom,
      );
    }
  }
}

const textOf = ({ name, status }: MapNode): string =>
  status === 'Ready' ? name : `${status === 'NotReady' ? '✕' : '∥'} ${name}`;

type Area = readonly [x: number, y: number, width: number, height: number];

/** On whole px, at least one of them. */
function snapped(x: number, y: number, width: number, height: number): Area {
  const left = Math.round(x);
  const top = Math.round(y);
  return [left, top, Math.max(1, Math.round(x + width) - left), Math.max(1, Math.round(y + height) - top)];
}

/** The same with a px of ground to the right, so that neighbours of one colour are two. */
function apart(x: number, y: number, width: number, height: number): Area {
  const [left, top, wide, high] = snapped(x, y, width, height);
  return [left, top, wide > 3 ? wide - 1 : wide, high];
}
