/* Draws `board`, which the page defines, with uPlot. */
const COLOURS = [
  '#0969da',
  '#bc4c00',
  '#1a7f37',
  '#8250df',
  '#bf3989',
  '#9a6700',
  '#0e7490',
  '#57606a',
  '#d1242f',
  '#4d2d00',
];

const scaled = (value, base, names, digits) => {
  let index = 0;
  let size = Math.abs(value);
  while (size >= base && index < names.length - 1) {
    size /= base;
    index += 1;
  }
  return `${trim(Math.sign(value) * size, digits)}${names[index]}`;
};
const trim = (value, digits) => {
  if (digits !== undefined) return value.toFixed(digits);
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
};
/** A value in its unit, as Grafana writes it. */
const text = (value, unit, digits) => {
  switch (unit) {
    case 'percentunit':
      return `${trim(value * 100, digits ?? (Math.abs(value) >= 0.1 ? 0 : 1))} %`;
    case 's': {
      const size = Math.abs(value);
      if (size === 0) return '0 s';
      if (size < 0.001) return `${trim(value * 1e6, digits)} µs`;
      if (size < 1) return `${trim(value * 1e3, digits)} ms`;
      if (size < 60) return `${trim(value, digits)} s`;
      if (size < 3600) return `${trim(value / 60, digits)} min`;
      return `${trim(value / 3600, digits)} h`;
    }
    case 'bytes':
      return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB'], digits);
    case 'Bps':
      return scaled(value, 1000, [' B/s', ' kB/s', ' MB/s', ' GB/s', ' TB/s'], digits);
    case 'hertz':
      return scaled(value, 1000, [' Hz', ' kHz', ' MHz', ' GHz'], digits);
    case 'watt':
      return scaled(value, 1000, [' W', ' kW', ' MW'], digits);
    case 'celsius':
      return `${trim(value, digits)} °C`;
    case 'currencyUSD':
      return `$${trim(value, digits ?? 2)}`;
    case 'reqps':
      return `${scaled(value, 1000, ['', 'K', 'M'], digits)} req/s`;
    case 'rps':
    case 'wps':
      return `${scaled(value, 1000, ['', 'K', 'M'], digits)}/s`;
    default:
      return scaled(value, 1000, ['', ' K', ' M', ' G'], digits);
  }
};

const element = (tag, className, content = '') => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = content;
  return made;
};

const colourOf = (value, { thresholds } = {}) =>
  (thresholds?.steps ?? []).filter((step) => step.value === null || value >= step.value).at(-1)?.color ??
  'blue';

function drawStat(body, panel, defaults, frame) {
  const [series] = panel.found.flat();
  const value = series.found.points.at(-1)[1];
  frame.classList.add('stat', colourOf(value, defaults));
  body.textContent = text(value, defaults.unit, defaults.decimals);
}

function drawBars(body, panel, defaults) {
  const all = panel.found.flat().map(({ name, found }) => ({ name, value: found.points.at(-1)[1] }));
  const most = defaults.max ?? Math.max(...all.map(({ value }) => value), 0.000001);
  for (const { name, value } of all.slice(0, 9)) {
    const line = element('div', 'bar');
    const track = element('div', 'track');
    const fill = element('div', `fill ${colourOf(value, defaults)}`);
    fill.style.width = `${Math.max(0, Math.min(1, value / most)) * 100}%`;
    track.append(fill);
    line.append(
      element('div', 'name', name),
      track,
      element('div', 'value', text(value, defaults.unit, defaults.decimals)),
    );
    body.append(line);
  }
}

function drawTable(body, panel, defaults) {
  const { renameByName, indexByName } = panel.transformations.find(({ id }) => id === 'organize').options;
  const names = Object.keys(renameByName).sort((a, b) => indexByName[a] - indexByName[b]);
  const made = element('table');
  const head = element('tr');
  for (const name of names) head.append(element('th', '', renameByName[name]));
  made.append(head);
  const rows = panel.found.flat().sort((a, b) => b.found.points.at(-1)[1] - a.found.points.at(-1)[1]);
  for (const { found } of rows.slice(0, 9)) {
    const line = element('tr');
    for (const name of names)
      line.append(
        element(
          'td',
          '',
          name === 'Value'
            ? text(found.points.at(-1)[1], defaults.unit, defaults.decimals)
            : (found.labels[name] ?? ''),
        ),
      );
    made.append(line);
  }
  body.append(made);
}

function drawLines(body, panel, defaults, frame) {
  const series = panel.found.flat();
  const custom = defaults.custom ?? {};
  const isStacked = custom.stacking?.mode === 'normal';
  // Every step, so that a gap stays one.
  const steps = Math.floor((board.to - board.from) / board.step);
  const times = Array.from({ length: steps + 1 }, (_none, index) => board.from + index * board.step);
  const raw = series.map(({ found }) => {
    const known = new Map(found.points);
    return times.map((at) => known.get(at) ?? null);
  });
  const below = times.map(() => 0);
  const columns = isStacked ? raw.map((column) => column.map((value, at) => (below[at] += value ?? 0))) : raw;
  if (panel.options.legend.showLegend) {
    const legend = element('div', 'legend');
    series.forEach(({ name }, index) => {
      const one = element('span');
      const mark = element('i');
      mark.style.background = COLOURS[index % COLOURS.length];
      one.append(mark, name);
      legend.append(one);
    });
    frame.append(legend);
  }
  const order = isStacked
    ? columns.map((_column, index) => columns.length - 1 - index)
    : columns.map((_column, index) => index);
  new uPlot(
    {
      width: body.clientWidth,
      height: body.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: [board.from, board.to] },
        y: { range: (_plot, _low, high) => [0, defaults.max ?? (high > 0 ? high * 1.1 : 1)] },
      },
      axes: [
        {
          values: (_plot, ticks) => ticks.map((at) => new Date(at * 1000).toISOString().slice(11, 16)),
          grid: { show: false },
          size: 26,
          font: '11px DejaVu Sans',
          space: 60,
        },
        {
          values: (_plot, ticks) => ticks.map((value) => text(value, defaults.unit)),
          size: 72,
          font: '11px DejaVu Sans',
          grid: { stroke: '#eaeef2', width: 1 },
          space: 28,
        },
      ],
      series: [
        {},
        ...order.map((index) => ({
          stroke: COLOURS[index % COLOURS.length],
          width: isStacked ? 1 : 2,
          fill: isStacked ? COLOURS[index % COLOURS.length] : undefined,
          points: { show: false },
          spanGaps: false,
        })),
      ],
    },
    [times, ...order.map((index) => columns[index])],
    body,
  );
}

const DRAWN = { stat: drawStat, bargauge: drawBars, table: drawTable, timeseries: drawLines };

const header = element('header');
header.append(element('h1', '', board.title), element('span', '', board.description));
const choices = Object.entries(board.choices).map(
  ([name, value]) => `${name}: ${value === '.*' ? 'All' : value}`,
);
header.append(element('span', 'choices', [...choices, 'UTC'].join(' · ')));
const nav = element('nav');
for (const { title, url } of board.links) {
  const link = element('a', '', title);
  link.href = url;
  nav.append(link);
}
const grid = element('div', 'grid');
document.body.append(header, nav, grid);

for (const panel of board.panels) {
  const { x, y, w, h } = panel.gridPos;
  const frame = element('section', panel.type === 'row' ? 'row' : 'panel');
  frame.style.gridArea = `${y + 1} / ${x + 1} / span ${h} / span ${w}`;
  grid.append(frame);
  if (panel.type === 'row') {
    frame.textContent = panel.title;
    continue;
  }
  const body = element('div', 'body');
  const heading = element('h3', '', panel.title);
  heading.title = panel.description ?? '';
  for (const { title, url } of panel.links ?? []) {
    if (!title.startsWith('Runbook')) continue;
    const link = element('a', 'runbook', 'runbook');
    link.href = url;
    link.title = title;
    heading.append(link);
  }
  frame.append(heading, body);
  if (panel.found.every((one) => one.length === 0)) frame.classList.add('empty');
  else DRAWN[panel.type](body, panel, panel.fieldConfig.defaults, frame);
}
