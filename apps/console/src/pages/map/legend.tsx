import { useEffect, useRef, useState, type ReactElement } from 'react';
import { ANOTHER, FREE, inkOn, type Fill, type Scheme } from './colours';
import { drawTexture } from './drawing/look';

/** Entries shown at first. */
const FEW = 14;

/** What colours and frames mean. */
export function Legend({ scheme }: { readonly scheme: Scheme }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const { entries } = scheme;
  const shown = isWhole ? entries : entries.slice(0, FEW);
  return (
    <ul className="map-legend small" aria-label="Legend">
      {shown.map(({ label, fill }) => (
        <li key={label}>
          <Swatch fill={fill} />
          {label}
        </li>
      ))}
      {entries.length > FEW ? (
        <li>
          <button type="button" className="button" data-kind="quiet" onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Fewer' : `${entries.length - FEW} more`}
          </button>
        </li>
      ) : null}
      <li>
        <Swatch fill={ANOTHER} />
        another project
      </li>
      <li>
        <Swatch fill={FREE} framed />
        free MIG instance
      </li>
      <li>
        <span className="map-mark" data-mark="reserved" />
        held by a reservation pod
      </li>
      <li>
        <span className="map-mark" data-mark="unavailable" />
        not available
      </li>
      <li>
        <span className="map-mark" data-mark="memory" />
        line below: memory
      </li>
    </ul>
  );
}

const WIDTH = 24;
const HEIGHT = 14;

/** A piece of a fill, drawn as on the map. */
function Swatch({ fill, framed = false }: { readonly fill: Fill; readonly framed?: boolean }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colour, texture } = fill;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || texture === 'plain') return;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    const ink = inkOn(getComputedStyle(element).backgroundColor);
    for (let x = 0; x < WIDTH; x += 8)
      for (let y = 0; y < HEIGHT; y += 8) {
        context.setTransform(1, 0, 0, 1, x, y);
        drawTexture(context, texture, ink);
      }
    context.setTransform(1, 0, 0, 1, 0, 0);
  });
  return (
    <canvas
      ref={canvas}
      width={WIDTH}
      height={HEIGHT}
      className="map-swatch"
      data-framed={framed || undefined}
      style={{ backgroundColor: `var(${colour})` }}
      aria-hidden="true"
    />
  );
}
