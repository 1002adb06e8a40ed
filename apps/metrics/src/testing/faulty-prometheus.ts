import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '@tessera/platform-http';
import { recordedAnswer, type ASKED } from '@tessera/testing-contract-suites/recorded-answers';

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

/** What a real server has answered, word for word. */
const recorded =
  (name: keyof typeof ASKED): Fault =>
  (response) => {
    const { status, body: answer } = recordedAnswer(name);
    response.writeHead(status).end(json(answer));
  };

export const FAULTS = {
  'remarks on the query': recorded('a rate of what may be no counter'),
  'remarks on the buckets': recorded('a quantile of buckets that fall'),
  'warns of a store that is away': recorded('a store that is away'),
  'warns of the query': recorded('a quantile of a bucket without a bound'),
  'warns and has nothing': recorded('a sum of numbers and histograms'),
  'refuses the query with 422': recorded('too many samples'),
  'refuses the query with 400': recorded('too many instants'),
  'does not understand the query': recorded('no PromQL'),
  'gives up with 503': recorded('too little time'),
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
