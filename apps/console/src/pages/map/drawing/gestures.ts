import type { Stage } from './stage';

/** What the hand of the reader points at, px of the map's window. */
export interface Pointing {
  readonly point: (x: number, y: number) => void;
  readonly leave: () => void;
  readonly click: (x: number, y: number) => void;
}

/** A pointer that moved less was meant as a click, px. */
const SLIP = 4;
const WHEEL = 0.0015;
const LINE_PX = 16;

/** Moves the map with the wheel, by dragging and by two fingers. Returns what ends that. */
export function followGestures(element: HTMLElement, stage: Stage, pointing: Pointing): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const down = new Map<number, { x: number; y: number }>();
  let moved = 0;

  const place = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
      const { x, y } = place(event);
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.shiftKey || Math.abs(dx) > Math.abs(dy))
        stage.pan(event.shiftKey ? dx + dy : dx, event.shiftKey ? 0 : dy);
      else stage.zoom(Math.exp(-dy * WHEEL), x, y);
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      moved = down.size === 0 ? 0 : Infinity;
      down.set(event.pointerId, place(event));
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const now = place(event);
      const last = down.get(event.pointerId);
      if (last === undefined) return pointing.point(now.x, now.y);
      const [dx, dy] = [now.x - last.x, now.y - last.y];
      moved += Math.abs(dx) + Math.abs(dy);
      down.set(event.pointerId, now);
      if (moved < SLIP) return;
      pointing.leave();
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) stage.pan(-dx, -dy);
      else {
        const before = Math.hypot(last.x - other.x, last.y - other.y);
        const after = Math.hypot(now.x - other.x, now.y - other.y);
        stage.zoom(after / Math.max(1, before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      }
    },
    { signal },
  );
  for (const type of ['pointerup', 'pointercancel'] as const)
    element.addEventListener(
      type,
      (event) => {
        if (!down.delete(event.pointerId) || type === 'pointercancel' || moved >= SLIP) return;
        const { x, y } = place(event);
        pointing.click(x, y);
      },
      { signal },
    );
  element.addEventListener('pointerleave', () => pointing.leave(), { signal });
  return () => ended.abort();
}
