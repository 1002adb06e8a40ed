import type { Rect } from './layout';

/** What of the map is seen: the point of it at the top left, and how many px one px of it takes. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MOST_ZOOM = 4;
/** Few nodes are drawn no larger than this at first. */
const FIT_ZOOM = 2;
const MARGIN = 12;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The zoom at which all of the map is seen. */
const fitZoom = (map: Size, window: Size): number =>
  Math.min(
    FIT_ZOOM,
    (window.width - 2 * MARGIN) / Math.max(1, map.width),
    (window.height - 2 * MARGIN) / Math.max(1, map.height),
  );

/** All of the map in the middle of its window. */
export const fitted = (map: Size, window: Size): View =>
  held({ x: 0, y: 0, zoom: fitZoom(map, window) }, map, window);

/** The view with the map kept in its window: in the middle where it is smaller, without a gap where it is larger. */
export function held({ x, y, zoom: asked }: View, map: Size, window: Size): View {
  const zoom = clamp(asked, Math.min(1, fitZoom(map, window)), MOST_ZOOM);
  const along = (at: number, length: number, seen: number): number => {
    const margin = MARGIN / zoom;
    const free = seen / zoom - length;
    return free > 2 * margin ? -free / 2 : clamp(at, -margin, length + margin - seen / zoom);
  };
  return { x: along(x, map.width, window.width), y: along(y, map.height, window.height), zoom };
}

/** Moved by px of the window. */
export const panned = ({ x, y, zoom }: View, dx: number, dy: number): View => ({
  x: x + dx / zoom,
  y: y + dy / zoom,
  zoom,
});

/** Zoomed so that the point of the window stays over the same point of the map. */
export function zoomedAt(view: View, px: number, py: number, factor: number): View {
  const zoom = clamp(view.zoom * factor, 0.01, MOST_ZOOM);
  return { x: view.x + px / view.zoom - px / zoom, y: view.y + py / view.zoom - py / zoom, zoom };
}

/** Moved as little as needed to see a place; zoomed in where it would be too small to see. */
export function showing(view: View, place: Rect, window: Size, leastZoom: number): View {
  const zoom = Math.max(view.zoom, leastZoom);
  const width = window.width / zoom;
  const height = window.height / zoom;
  const isSeen =
    zoom === view.zoom &&
    place.x >= view.x &&
    place.y >= view.y &&
    place.x + place.width <= view.x + width &&
    place.y + place.height <= view.y + height;
  return isSeen
    ? view
    : { zoom, x: place.x + place.width / 2 - width / 2, y: place.y + place.height / 2 - height / 2 };
}

/** Where a place of the map is in its window, px. */
export const seenAt = ({ x, y, zoom }: View, place: Rect): Rect => ({
  x: (place.x - x) * zoom,
  y: (place.y - y) * zoom,
  width: place.width * zoom,
  height: place.height * zoom,
});
