import type { Rect } from './layout';
import type { View } from './view';

/** Side of a tile, px of the screen. */
const SIDE = 512;
/** So many are kept, and in any case twice as many as are seen. */
const MOST = 64;

type Draw = (context: CanvasRenderingContext2D, part: Rect, zoom: number) => void;

/**
 * Pictures of parts of the map at one zoom. Moving the map puts pictures side by side; a part is drawn once, when it
 * comes into view.
 */
export class Tiles {
  private readonly known = new Map<string, HTMLCanvasElement>();
  private zoom = 0;

  constructor(
    /** Px of the screen for each of the page. */
    private readonly scale: number,
    private readonly draw: Draw,
  ) {}

  /** Forgets all pictures. */
  clear(): void {
    this.known.clear();
  }

  /**
   * Puts what of the map is seen onto a canvas. Draws new pictures for no longer than `budgetMs`, but one at least;
   * false where some are missing then.
   */
  show(onto: CanvasRenderingContext2D, view: View, budgetMs: number): boolean {
    if (view.zoom !== this.zoom) this.clear();
    this.zoom = view.zoom;
    const left = Math.round(view.x * view.zoom * this.scale);
    const top = Math.round(view.y * view.zoom * this.scale);
    const { width, height } = onto.canvas;
    const until = performance.now() + budgetMs;
    let isComplete = true;
    let seen = 0;
    for (let row = Math.floor(top / SIDE); row * SIDE < top + height; row += 1)
      for (let column = Math.floor(left / SIDE); column * SIDE < left + width; column += 1) {
        seen += 1;
        const key = `${column} ${row}`;
        let tile = this.known.get(key);
        if (tile === undefined) {
          if (!isComplete || performance.now() >= until) {
            isComplete = false;
            continue;
          }
          tile = this.made(column, row);
        } else this.known.delete(key);
        // Put last again: the first ones have not been seen for the longest time.
        this.known.set(key, tile);
        onto.drawImage(tile, column * SIDE - left, row * SIDE - top);
      }
    for (const key of this.known.keys()) {
      if (this.known.size <= Math.max(MOST, 2 * seen)) break;
      this.known.delete(key);
    }
    return isComplete;
  }

  private made(column: number, row: number): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIDE;
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) return canvas;
    const { scale, zoom } = this;
    const side = SIDE / scale / zoom;
    context.scale(scale, scale);
    this.draw(context, { x: column * side, y: row * side, width: side, height: side }, zoom);
    return canvas;
  }
}
