import { DEVICE, type MapLayout, type Piece } from './layout';

const TONES: Readonly<Record<Piece['kind'], string>> = {
  shared: '--busy',
  'mig-used': '--good',
  'mig-free': '--calm',
};

/** Draws the map at the resolution of the screen; colours are those of the design. */
export function paint(canvas: HTMLCanvasElement, layout: MapLayout): void {
  const scale = window.devicePixelRatio;
  canvas.width = Math.ceil(layout.width * scale);
  canvas.height = Math.ceil(layout.height * scale);
  canvas.style.width = `${layout.width}px`;
  canvas.style.height = `${layout.height}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const colour = colours(canvas);
  context.scale(scale, scale);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const { node, x, y, width, height } of layout.boxes) {
    context.strokeStyle = colour('--line-strong');
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    context.fillStyle = colour(node.status === 'Ready' ? '--ink' : '--bad');
    context.fillText(node.name, x + 8, y + 14, width - 16);
  }
  for (const { x, y, available, pieces } of layout.devices) {
    context.fillStyle = colour('--line');
    context.fillRect(x, y, DEVICE.width, DEVICE.height);
    for (const { from, to, kind } of pieces) {
      context.fillStyle = colour(TONES[kind]);
      context.fillRect(
        x + from * DEVICE.width,
        y,
        Math.max(1, (to - from) * DEVICE.width - 1),
        DEVICE.height,
      );
    }
    if (available) continue;
    context.strokeStyle = colour('--bad');
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, DEVICE.width - 2, DEVICE.height - 2);
    context.lineWidth = 1;
  }
}

/** Colours of the design by name, each looked up once. */
function colours(within: HTMLElement): (name: string) => string {
  const known = new Map<string, string>();
  const probe = document.createElement('span');
  within.parentElement?.append(probe);
  const look = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  for (const name of ['--ink', '--bad', '--line', '--line-strong', ...Object.values(TONES)])
    known.set(name, look(name));
  probe.remove();
  return (name) => known.get(name) ?? 'gray';
}
