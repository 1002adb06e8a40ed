import { maybe } from '@tessera/kernel';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { useLocation } from 'wouter';
import { Card } from './card';
import type { Scheme } from './colours';
import { linesOf, titleOf } from './describe';
import { followGestures } from './drawing/gestures';
import { layoutOf, type MapLayout } from './drawing/layout';
import { Look } from './drawing/look';
import {
  firstSpot,
  nameOf,
  placeOf,
  spotAt,
  spotBeside,
  spotNamed,
  spotsWith,
  type Direction,
  type Spot,
} from './drawing/spots';
import { Stage } from './drawing/stage';
import { seenAt, type View } from './drawing/view';
import type { MapNode, Piece } from './shares';
import { useThemeChanges } from '../../components/plots/use-theme-changes';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const STEP_PX = 80;
const ZOOM_STEP = 1.4;
const CARD = { width: 288, gap: 12 } as const;

interface Props {
  readonly nodes: readonly MapNode[];
  readonly scheme: Scheme;
  readonly isWanted: ((piece: Piece) => boolean) | undefined;
  /** Name of the selected spot. */
  readonly at: string;
  readonly select: (at: string) => void;
  /** Changes where the reader asks for the next share that is looked for. */
  readonly next: number;
}

/** The map itself: a canvas that is moved and read by hand and by keyboard. */
export function MapCanvas({ nodes, scheme, isWanted, at, select, next }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage>(undefined);
  const [, navigate] = useLocation();
  const [aspect, setAspect] = useState(0);
  const [pointed, setPointed] = useState<Spot>();
  const [isFocused, setFocused] = useState(false);
  const theme = useThemeChanges();
  const hint = useId();
  const layout = useMemo(() => layoutOf(nodes, aspect || 1), [nodes, aspect]);
  const selected = useMemo(() => (at === '' ? undefined : spotNamed(layout, at)), [layout, at]);
  const shown = pointed ?? (isFocused ? selected : undefined);

  const now = useRef<Now>({ layout, selected, shown });
  now.current = { layout, selected, shown };
  const place = (view: View): void =>
    placeMarks(view, now.current, ring.current, card.current, frame.current);
  const drawn = (view: View, isDrawn: boolean): void => {
    place(view);
    const busy = String(!isDrawn);
    if (frame.current?.getAttribute('aria-busy') !== busy) frame.current?.setAttribute('aria-busy', busy);
  };

  const open = (spot: Spot | undefined): void => {
    const id = spot?.piece?.holder?.workload?.id;
    if (id !== undefined) navigate(`/workloads/${id}`);
  };

  useEffect(() => {
    const [element, onto] = [frame.current, canvas.current];
    if (element === null || onto === null) return undefined;
    const made = new Stage(onto, drawn);
    stage.current = made;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setAspect(Math.round((width / Math.max(1, height)) * 4) / 4);
      made.resize({ width, height });
    });
    observer.observe(element);
    const spotUnder = (x: number, y: number): Spot | undefined => {
      const { x: left, y: top, zoom } = made.seen;
      return spotAt(now.current.layout, left + x / zoom, top + y / zoom);
    };
    const ended = followGestures(element, made, {
      point: (x, y) => {
        const spot = spotUnder(x, y);
        setPointed((before) =>
          before !== undefined && spot !== undefined && nameOf(before) === nameOf(spot) ? before : spot,
        );
      },
      leave: () => setPointed(undefined),
      click: (x, y) => {
        const spot = spotUnder(x, y);
        if (spot !== undefined) select(nameOf(spot));
        open(spot);
      },
    });
    return () => {
      observer.disconnect();
      ended();
      made.end();
      stage.current = undefined;
    };
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (element === null || aspect === 0) return;
    stage.current?.show({
      ...{ layout, scheme, look: new Look(element) },
      ...maybe('isWanted', isWanted),
    });
  }, [layout, scheme, isWanted, theme, aspect]);

  // A link to a share, or the next one found, is brought into view; what the reader points at is there already.
  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current || selected === undefined || aspect === 0) return;
    arrived.current = true;
    setFocused(true);
    stage.current?.reveal(placeOf(selected), true);
  }, [selected, aspect]);
  useEffect(() => {
    if (next === 0 || isWanted === undefined) return;
    const found = spotsWith(now.current.layout, isWanted);
    const before = found.findIndex((spot) => nameOf(spot) === at);
    const spot = found[(before + 1) % Math.max(1, found.length)];
    if (spot === undefined) return;
    select(nameOf(spot));
    stage.current?.reveal(placeOf(spot), true);
    frame.current?.focus();
  }, [next]);

  useLayoutEffect(() => {
    if (stage.current !== undefined) place(stage.current.seen);
  });

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    const hand = stage.current;
    if (hand === undefined) return;
    if (direction !== undefined && event.shiftKey) {
      const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
      hand.pan((dx ?? 0) * STEP_PX, (dy ?? 0) * STEP_PX);
    } else if (direction !== undefined) {
      const spot = selected === undefined ? firstSpot(layout) : spotBeside(layout, selected, direction);
      setPointed(undefined);
      if (spot !== undefined) {
        select(nameOf(spot));
        hand.reveal(placeOf(spot), false);
      }
    } else if (event.key === '+' || event.key === '=') hand.zoom(ZOOM_STEP);
    else if (event.key === '-') hand.zoom(1 / ZOOM_STEP);
    else if (event.key === '0') hand.fit();
    else if (event.key === 'Escape') select('');
    else if (event.key === 'Enter') open(selected);
    else return;
    event.preventDefault();
  };

  return (
    <div className="map">
      <div className="map-window">
        <div
          ref={frame}
          className="map-frame"
          tabIndex={0}
          role="application"
          aria-roledescription="map"
          aria-label={`GPUs of ${nodes.length} nodes`}
          aria-describedby={hint}
          onKeyDown={onKey}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <div ref={ring} className="map-ring" hidden={selected === undefined} />
          <div ref={card} className="map-card" hidden={shown === undefined}>
            {shown === undefined ? null : <Card spot={shown} />}
          </div>
          <p className="unseen" role="status">
            {isFocused && selected !== undefined ? textOf(selected) : ''}
          </p>
        </div>
        <div className="map-tools" role="group" aria-label="View of the map">
          <button
            type="button"
            className="button"
            aria-label="Zoom in"
            onClick={() => stage.current?.zoom(ZOOM_STEP)}
          >
            +
          </button>
          <button
            type="button"
            className="button"
            aria-label="Zoom out"
            onClick={() => stage.current?.zoom(1 / ZOOM_STEP)}
          >
            −
          </button>
          <button type="button" className="button" onClick={() => stage.current?.fit()}>
            All
          </button>
        </div>
      </div>
      <p id={hint} className="small soft">
        Wheel or + and − zoom, dragging or Shift and arrows move, 0 shows all; arrows go from share to share,
        Enter opens the workload.
      </p>
    </div>
  );
}

interface Now {
  readonly layout: MapLayout;
  readonly selected: Spot | undefined;
  readonly shown: Spot | undefined;
}

const textOf = (spot: Spot): string =>
  [titleOf(spot), ...linesOf(spot, Date.now()).map(([name, value]) => `${name}: ${value}`)].join('; ');

/** Puts the outline around what is selected, and the card beside what it describes. */
function placeMarks(
  view: View,
  { selected, shown }: Now,
  ring: HTMLElement | null,
  card: HTMLElement | null,
  frame: HTMLElement | null,
): void {
  if (ring !== null && selected !== undefined) {
    const { x, y, width, height } = seenAt(view, placeOf(selected));
    ring.style.transform = `translate(${x - 3}px, ${y - 3}px)`;
    ring.style.width = `${width + 6}px`;
    ring.style.height = `${height + 6}px`;
  }
  if (card === null || shown === undefined || frame === null) return;
  const { x, y, width, height } = seenAt(view, placeOf(shown));
  const { clientWidth, clientHeight } = frame;
  const across = Math.min(CARD.width, clientWidth - 2 * CARD.gap);
  const left = Math.min(Math.max(CARD.gap, x + width / 2 - across / 2), clientWidth - across - CARD.gap);
  const below = y + height + CARD.gap;
  const fits = below + card.offsetHeight <= clientHeight || y < clientHeight / 2;
  const top = fits ? below : y - card.offsetHeight - CARD.gap;
  card.style.width = `${across}px`;
  card.style.transform = `translate(${left}px, ${Math.max(0, top)}px)`;
}
