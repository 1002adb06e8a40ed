import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BOARDS, boardFile } from './boards';
import { drawBoard } from './drawing/draw-board';
import { chosen } from './drawing/choices';
import { RUNBOOKS, RUNBOOKS_ADDRESS } from './kit/runbooks';
import type { BoardFile } from './reading/board-file';
import { AskedPrometheus } from './reading/prometheus';

const USAGE = `npm run boards -- --prometheus URL [--port 8095]
Shows the boards with the data of a Prometheus server, without Grafana, on 127.0.0.1.
An address takes minutes=60 and values of the choices of its board, such as workload=chat.`;
const HOST = '127.0.0.1';

const { values } = parseArgs({
  options: { prometheus: { type: 'string' }, port: { type: 'string', default: '8095' } },
});
if (values.prometheus === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const prometheus = new AskedPrometheus(values.prometheus);
const list = BOARDS.map(
  ({ uid, title, description }) => `<li><a href="/d/${uid}">${title}</a> ${description}`,
);

/** A page of the runbooks, to which panels lead. */
const RUNBOOK = new RegExp(`^${RUNBOOKS_ADDRESS}([\\w-]+\\.md)$`);
const runbook = (page: string): string => {
  const text = readFileSync(join(__dirname, '../../..', RUNBOOKS, page), 'utf8');
  const sections = text.split(/^(?=## )/m).map((section) => {
    const [, heading = ''] = /^## (\S+)/.exec(section) ?? [];
    return `<pre id="${heading.toLowerCase()}">${section.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>${page}</title><style>pre{white-space:pre-wrap;max-width:50rem}</style>${sections.join('')}`;
};

async function answer(address: string): Promise<string | undefined> {
  const { pathname, searchParams } = new URL(address, `http://${HOST}`);
  const [, page] = RUNBOOK.exec(pathname) ?? [];
  if (page !== undefined) return runbook(page);
  if (pathname === '/')
    return `<!doctype html><meta charset="utf-8"><title>Boards</title><ul>${list.join('')}</ul>`;
  const board = BOARDS.find(({ uid }) => pathname === `/d/${uid}`);
  if (board === undefined) return undefined;
  const file = JSON.parse(boardFile(board)) as BoardFile;
  const { minutes = '60', ...asked } = Object.fromEntries(searchParams);
  const choices = await chosen(file, prometheus, asked);
  return drawBoard(file, prometheus, choices, { minutes: Number(minutes) || 60, everySeconds: 10 });
}

createServer((request, response) => {
  answer(request.url ?? '/').then(
    (page) => {
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page ?? 'no such board');
    },
    (error: unknown) => {
      response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(error instanceof Error ? error.message : String(error));
    },
  );
}).listen(Number(values.port), HOST, () => process.stdout.write(`boards at http://${HOST}:${values.port}\n`));
