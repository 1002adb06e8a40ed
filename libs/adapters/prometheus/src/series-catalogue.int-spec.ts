import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { equal, firstOf, select, sum, type Expression } from '@tessera/domain-measurement';
import { recordedAnswer } from '@tessera/testing-contract-suites/recorded-answers';
import { PrometheusSource } from './prometheus-source';

const TIMES = { start: 1_000, end: 1_000, step: 1 };
const success = (data: unknown): string => JSON.stringify({ status: 'success', data });
const NONE = success({ resultType: 'matrix', result: [] });

describe('queries to a server whose series are known', () => {
  let server: Server;
  let names: string;
  let labels: string;
  let queries: string[];
  let source: PrometheusSource;
  beforeEach(async () => {
    names = success(['m']);
    labels = success(['__name__', 'pod']);
    queries = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const path = request.url ?? '';
        if (path.endsWith('/query_range')) queries.push(new URLSearchParams(body).get('query') ?? '');
        const answer = path.endsWith('/labels') ? labels : path.endsWith('/values') ? names : NONE;
        response.end(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    source = new PrometheusSource({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      catalogueMs: 3_600_000,
    });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const asked = async (expression: Expression): Promise<string | undefined> => {
    await source.range(expression, TIMES);
    return queries.at(-1);
  };
  const EITHER = firstOf(select('m', equal('exported_pod', '')), select('n'));

  it('are whole at first, and leave out then what is not there', async () => {
    expect(await asked(sum(EITHER))).toBe('sum by () ((m{exported_pod=""} or n{}))');
    await source.learn();
    expect(await asked(sum(EITHER))).toBe('sum by () (m{})');
  });

  it('are whole where nothing of them is there: it may have come since', async () => {
    await source.learn();
    expect(await asked(sum(select('n')))).toBe('sum by () (n{})');
  });

  it.each([
    ['is no list', () => (names = success({}))],
    [
      'warns that it may be incomplete',
      () => (labels = JSON.stringify(recordedAnswer('the labels, of a store that is away').body)),
    ],
    ['is an error', () => (labels = JSON.stringify({ status: 'error', error: 'no' }))],
  ])('are whole where the answer %s', async (_title, change) => {
    change();
    await source.learn();
    expect(await asked(sum(EITHER))).toBe('sum by () ((m{exported_pod=""} or n{}))');
  });
});
