import type { Rect } from './layout';
import { paint, type Scene } from './paint';
import { Tiles } from './tiles';
import { fitted, held, panned, showing, zoomedAt, type Size, type View } from './view';

/** Time for new pictures in one frame, ms; the rest is drawn in the next ones. */
const BUDGET_MS = 4;
/** The zoom from which on shares have labels. */
const READABLE_ZOOM = 0.8;
const NOWHERE: View = { x: 0, y: 0, zoom: 1 };

/**
 * The map on its canvas: what of it is seen, and the drawing of it, one frame at a time. It is no component, so that
 * nothing but pixels changes while the map moves.
 */
export class Stage {
  private view = NOWHERE;
  private window: Size = { width: 0, height: 0 };
  private scene: Scene | undefined;
  private frame: number | undefined;
  /** The reader has chosen what is seen; until then it is all of the map. */
  private isMoved = false;
  private readonly scale = window.devicePixelRatio;
  private readonly context: CanvasRenderingContext2D | null;
  private readonly tiles = new Tiles(this.scale, (context, part, zoom) => {
    if (this.scene === undefined) return;
    // Opaque, since it may cover the picture before.
    context.fillStyle = this.scene.look.colour('--surface');
    context.fillRect(0, 0, part.width * zoom + 1, part.height * zoom + 1);
    paint(context, this.scene, part, zoom);
  });
  /** The last complete picture, shown until that of another zoom or of other shares is drawn. */
  private readonly before = document.createElement('canvas');
  private viewBefore: View | undefined;
  private isComplete = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    /** Called after each frame. */
    private readonly onFrame: (view: View, isComplete: boolean) => void,
  ) {
    this.context = canvas.getContext('2d');
  }

  get seen(): View {
    return this.view;
  }

  show(scene: Scene): void {
    if (this.isComplete) this.keepBefore();
    this.scene = scene;
    this.tiles.clear();
    this.look(this.isMoved ? this.view : undefined);
  }

  resize(size: Size): void {
    this.window = size;
    const { canvas, scale } = this;
    canvas.width = Math.max(1, Math.round(size.width * scale));
    canvas.height = Math.max(1, Math.round(size.height * scale));
    this.look(this.isMoved ? this.view : undefined);
  }

  /** Moves by px of the window. */
  pan(dx: number, dy: number): void {
    this.isMoved = true;
    this.look(panned(this.view, dx, dy));
  }

  /** Zooms around a point of the window, its middle where there is none. */
  zoom(factor: number, px = this.window.width / 2, py = this.window.height / 2): void {
    this.isMoved = true;
    this.look(zoomedAt(this.view, px, py, factor));
  }

  fit(): void {
    this.isMoved = false;
    this.look(undefined);
  }

  /** Moves to a place of the map, if it is not seen; `readable`: also where its text would be too small. */
  reveal(place: Rect, readable: boolean): void {
    const view = showing(this.view, place, this.window, readable ? READABLE_ZOOM : 0);
    if (view === this.view) return;
    this.isMoved = true;
    this.look(view);
  }

  end(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.scene = undefined;
  }

  private look(view: View | undefined): void {
    if (this.scene === undefined || this.window.width === 0) return;
    const { layout } = this.scene;
    const next = view === undefined ? fitted(layout, this.window) : held(view, layout, this.window);
    if (next.zoom !== this.view.zoom && this.isComplete) this.keepBefore();
    this.view = next;
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  private keepBefore(): void {
    const { before, canvas } = this;
    before.width = canvas.width;
    before.height = canvas.height;
    before.getContext('2d')?.drawImage(canvas, 0, 0);
    this.viewBefore = this.view;
    this.isComplete = false;
  }

  private draw(): void {
    this.frame = undefined;
    const { context, view, scale, canvas, viewBefore } = this;
    if (context === null || this.scene === undefined) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (viewBefore !== undefined && !this.isComplete) {
      const factor = view.zoom / viewBefore.zoom;
      const at = (before: number, now: number): number => (before - now) * view.zoom * scale;
      context.drawImage(
        this.before,
        at(viewBefore.x, view.x),
        at(viewBefore.y, view.y),
        canvas.width * factor,
        canvas.height * factor,
      );
    }
    this.isComplete = this.tiles.show(context, view, BUDGET_MS);
    this.heads(context);
    this.onFrame(view, this.isComplete);
    if (!this.isComplete) this.frame = requestAnimationFrame(() => this.draw());
  }

  /** Names of pools, over the pictures: they are as large at every zoom, and few. */
  private heads(context: CanvasRenderingContext2D): void {
    const { scene, view, scale } = this;
    if (scene === undefined) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = `600 ${Math.min(15, Math.max(10, 15 * view.zoom))}px system-ui, sans-serif`;
    context.textBaseline = 'middle';
    context.fillStyle = scene.look.colour('--ink-soft');
    for (const { pool, nodes, y } of scene.layout.sections) {
      const top = (y + 12 - view.y) * view.zoom;
      if (top < -20 || top > this.window.height + 20) continue;
      context.fillText(
        `${pool} · ${nodes} node${nodes === 1 ? '' : 's'}`,
        Math.max(4, -view.x * view.zoom),
        top,
      );
    }
  }
}
