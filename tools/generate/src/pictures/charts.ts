/** One line of a chart: points in data units. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface Chart {
  readonly title: string;
  readonly x: { readonly label: string; readonly from: number; readonly to: number; readonly step: number };
  readonly y: { readonly label: string; readonly from: number; readonly to: number; readonly step: number };
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 140;
const TOP = 44;
const BOTTOM = 52;
const COLOURS = ['#0b6e4f', '#c1292e', '#235789', '#b8860b', '#6a4c93', '#555555'];
const FRAME = `font-family="sans-serif" font-size="12" role="img"`;

/** A line chart as SVG text. */
export function lineChart({ title, x, y, series }: Chart): string {
  const atX = (value: number): string =>
    (LEFT + ((value - x.from) / (x.to - x.from)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const atY = (value: number): string =>
    (HEIGHT - BOTTOM - ((value - y.from) / (y.to - y.from)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const xTicks = ticks(x).map(
    (value) => `<text x="${atX(value)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${value}</text>`,
  );
  const yTicks = ticks(y).map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${atY(value)}" y2="${atY(value)}" stroke="#dddddd"/>` +
      `<text x="${LEFT - 8}" y="${Number(atY(value)) + 4}" text-anchor="end">${value}</text>`,
  );
  const lines = series.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000000';
    const path = points.map(([px, py]) => `${atX(px)},${atY(py)}`).join(' ');
    const legendY = TOP + 16 + index * 20;
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<line x1="${WIDTH - RIGHT + 12}" x2="${WIDTH - RIGHT + 32}" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${WIDTH - RIGHT + 38}" y="${legendY}">${name}</text>`
    );
  });
  return svg(title, [
    ...yTicks,
    ...xTicks,
    ...lines,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${x.label}</text>`,
    `<text x="16" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(TOP + HEIGHT - BOTTOM) / 2})">${y.label}</text>`,
  ]);
}

/** Devices as columns of coloured pieces, one row of columns per name. */
export function deviceMap(
  title: string,
  rows: readonly { readonly name: string; readonly devices: readonly (readonly number[])[] }[],
): string {
  const rowHeight = 110;
  const height = TOP + rows.length * (rowHeight + 26) + 20;
  const parts = rows.flatMap(({ name, devices }, row) => {
    const top = TOP + row * (rowHeight + 26) + 16;
    const width = Math.min(16, (WIDTH - 40) / Math.max(1, devices.length));
    return [
      `<text x="20" y="${top - 5}">${name}</text>`,
      ...devices.map((pieces, column) =>
        deviceColumn(pieces, 20 + column * width, top, width - 2, rowHeight),
      ),
    ];
  });
  return svg(title, parts, height);
}

/** Pieces of one device from the bottom up; what is left is white. */
function deviceColumn(
  pieces: readonly number[],
  x: number,
  top: number,
  width: number,
  height: number,
): string {
  let at = top + height;
  const rects = pieces.map((milli, index) => {
    const size = (milli / 1000) * height;
    at -= size;
    return `<rect x="${x.toFixed(1)}" y="${at.toFixed(1)}" width="${width.toFixed(1)}" height="${size.toFixed(1)}" fill="${milli >= 1000 ? '#235789' : (COLOURS[[0, 3, 4, 5][index % 4] ?? 0] ?? '#000000')}" stroke="white" stroke-width="0.5"/>`;
  });
  return (
    `<rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${height}" fill="white" stroke="#999999" stroke-width="0.5"/>` +
    rects.join('')
  );
}

function svg(title: string, parts: readonly string[], height: number = HEIGHT): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${FRAME}>`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="20" y="24" font-size="15">${title}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function ticks({ from, to, step }: Chart['x']): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
