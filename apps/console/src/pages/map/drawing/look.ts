import { maybe } from '@tessera/kernel';
import { inkOn, type Fill } from '../colours';

/** A fill as a canvas draws it. */
export interface Paint {
  readonly colour: string;
  /** Over the colour. */
  readonly texture?: CanvasPattern;
  /** Of text on it. */
  readonly ink: string;
}

/** Side of a texture, px of the screen; a tile is a multiple of it. */
const SIDE = 8;

/** The colours of the design as a canvas takes them, each looked up once. A change of the theme needs a new one. */
export class Look {
  private readonly colours = new Map<string, string>();
  private readonly paints = new Map<string, Paint>();

  constructor(private readonly within: HTMLElement) {}

  /** The value of a custom property, such as `--ink`. */
  colour(name: string): string {
    const known = this.colours.get(name);
    if (known !== undefined) return known;
    // The browser computes a style such as `light-dark(…)`, which a canvas does not take.
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    this.within.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    this.colours.set(name, color);
    return color;
  }

  paint({ colour: name, texture }: Fill): Paint {
    const key = `${name} ${texture}`;
    const known = this.paints.get(key);
    if (known !== undefined) return known;
    const colour = this.colour(name);
    const ink = inkOn(colour);
    const pattern = texture === 'plain' ? undefined : patternOf(texture, ink);
    const made = { colour, ink, ...maybe('texture', pattern) };
    this.paints.set(key, made);
    return made;
  }
}

function patternOf(texture: Exclude<Fill['texture'], 'plain'>, ink: string): CanvasPattern | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  drawTexture(context, texture, ink);
  return context.createPattern(canvas, 'repeat') ?? undefined;
}

/** One repetition of a texture. */
export function drawTexture(
  context: CanvasRenderingContext2D,
  texture: Exclude<Fill['texture'], 'plain'>,
  ink: string,
): void {
  context.globalAlpha = 0.42;
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 1.5;
  context.beginPath();
  if (texture === 'dots') context.fillRect(2, 2, 3, 3);
  for (const at of texture === 'dots' ? [] : [-SIDE, 0, SIDE]) {
    context.moveTo(at, SIDE);
    context.lineTo(at + SIDE, 0);
    if (texture !== 'cross') continue;
    context.moveTo(at, 0);
    context.lineTo(at + SIDE, SIDE);
  }
  context.stroke();
  context.globalAlpha = 1;
}
