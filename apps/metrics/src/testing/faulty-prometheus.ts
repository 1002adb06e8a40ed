import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '@tessera/platform-http';

/** What the server does with a query. */
export type Fault = (response: ServerResponse) => void;

const json = (body: unknown): string => JSON.stringify(body);
const matrix = (value: string): unknown => ({
  resultType: 'matrix',
  result: [{ metric: {}, values: [[Math.floor(Date.now() / 1000), value]] }],
});

/** One series with one value of the present. */
export const right: Fault = (response) =>
  void response.end(json({ status: 'success', data: matrix('60'), infos: [], warnings: [] }));

/** An answer with status 200 and this body. */
const body =
  (of: unknown): Fault =>
  (response) =>
    void response.end(typeof of === 'string' ? of : json(of));

const refused =
  (status: number, of: unknown): Fault =>
  (response) =>
    void response.writeHead(status).end(typeof of === 'string' ? of : json(of));

/** Remarks and warnings as Prometheus 3 words them; Debian's 2.42 has neither for these queries. */
const INFO =
  'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)';
const WARNING =
  'PromQL warning: bucket label "le" is missing or has a malformed value of "" for metric name "x" (1:25)';

export const FAULTS = {
  'remarks on the query': body({ status: 'success', data: matrix('60'), infos: [INFO] }),
  'warns of a store that is away': body({
    status: 'success',
    data: matrix('60'),
    warnings: ['remote_read: remote server http://store answered 503'],
  }),
  'warns of the query': body({ status: 'success', data: matrix('60'), warnings: [WARNING] }),
  'warns and has nothing': body({
    status: 'success',
    data: { resultType: 'matrix', result: [] },
    warnings: ['No StoreAPIs matched for this query'],
  }),
  'refuses the query with 422': refused(422, {
    status: 'error',
    errorType: 'execution',
    error: 'query processing would load too many samples into memory in query execution',
  }),
  'refuses the query with 400': refused(400, {
    status: 'error',
    errorType: 'bad_data',
    error: 'exceeded maximum resolution of 11,000 points per timeseries',
  }),
  'gives up with 503': refused(503, { status: 'error', errorType: 'timeout', error: 'query timed out' }),
  'answers 500 with a page': refused(500, '<html><h1>Internal Server Error</h1></html>'),
  'answers 401 without a body': refused(401, ''),
  redirects: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/login' }).end(),
  'is no JSON': body('<html>Welcome to nginx!</html>'),
  'is empty': body(''),
  'says error with status 200': body({ status: 'error', errorType: 'internal', error: 'engine closed' }),
  'is of another API': body({ items: [] }),
  'is a vector': body({ status: 'success', data: { resultType: 'vector', result: [] } }),
  'has a value that is no text': body({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, 60]] }] },
  }),
  'has labels that are no texts': body({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: { gpu: 3 }, values: [[1, '60']] }] },
  }),
  'is cut off in the middle': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"status":"success","data":{"resultType":"matrix","result":[');
    setImmediate(() => response.destroy());
  },
  'is closed before an answer': (response) => void response.destroy(),
  'never answers': () => undefined,
  'never ends': (response) => void response.write('{"status":"success","data":'),
  'is larger than memory should hold': (response) => {
    response.writeHead(200, { 'content-length': String(2 ** 30) });
    response.write('{"status":"success","data":');
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** A stand-in for a Prometheus server that misbehaves for queries whose text contains a word. */
export class FaultyPrometheus {
  /** Number of range queries that arrived. */
  asked = 0;
  fault: Fault = right;

  private constructor(
    private readonly server: Server,
    private readonly word: string,
  ) {
    server.on('request', (request, response: ServerResponse) => {
      let form = '';
      request.on('data', (chunk) => (form += String(chunk)));
      request.on('end', () => {
        const isRange = request.url === '/api/v1/query_range';
        if (isRange) this.asked += 1;
        (isRange && form.includes(this.word) ? this.fault : right)(response);
      });
    });
  }

  static async start(word: string): Promise<FaultyPrometheus> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyPrometheus(server, word);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await closeServer(this.server, 0);
  }
}
