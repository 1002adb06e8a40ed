import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { connect as connectHttp2 } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { credentials, status } from '@grpc/grpc-js';
import { createLogger } from '@tessera/platform-logging';
import { selfSigned } from '@tessera/simulation-kubernetes-api';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, GrpcEcho, METHODS } from '../testing/grpc-echo';
import { CertificateFiles } from './certificate-files';

describe('TLS', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  let folder: string;
  const first = selfSigned(['localhost'], Date.now());
  const files = () => ({ cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') });
  const write = async ({ cert, key }: { cert: string; key: string }): Promise<void> => {
    await writeFile(files().cert, cert);
    await writeFile(files().key, key);
  };
  const lines: string[] = [];
  const logged = (): string => lines.join('');
  const logger = createLogger('gateway', 'error', { write: (line: string) => void lines.push(line) });
  const port = (): number => Number(fixture.address.split(':')[1]);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-tls-'));
    await write(first);
    fixture = await gatewayFixture({ drainMs: 100, tls: await CertificateFiles.read(files(), logger, 10) });
  });
  afterEach(async () => {
    await fixture.close();
    await rm(folder, { recursive: true });
  });

  const shown = async (): Promise<PeerCertificate> => {
    const socket = connect({ port: port(), host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const certificate = socket.getPeerCertificate();
    socket.destroy();
    return certificate;
  };
  const protocolOf = (request: IncomingMessage, response: ServerResponse): unknown =>
    response.end(request.headers['x-forwarded-proto']);

  it('negotiates HTTP/2 or HTTP/1.1, and replicas learn of it', async () => {
    await fixture.serve('a', protocolOf);
    const request = httpsRequest(`https://${fixture.address}/p1/chat/`, {
      ca: first.cert,
      servername: 'localhost',
    });
    const answered = once(request.end(), 'response') as Promise<[IncomingMessage]>;
    expect(await text((await answered)[0])).toBe('https');
    const session = connectHttp2(`https://${fixture.address}`, { ca: first.cert, servername: 'localhost' });
    expect(await text(session.request({ ':path': '/p1/chat/' }))).toBe('https');
    session.destroy();
  });

  it('serves gRPC', async () => {
    const echo = new GrpcEcho();
    fixture.source.setWorkload({ protocol: 'grpc' });
    fixture.source.report('present', replica('a', { address: await echo.listen() }));
    const channel = credentials.createSsl(Buffer.from(first.cert));
    const caller = new GrpcCaller(`localhost:${port()}`, channel);
    const { code, messages } = await caller.unary(METHODS.unary, { 'x-tessera-workload': 'p1/chat' });
    expect([code, messages]).toEqual([status.OK, ['hello']]);
    caller.close();
    echo.close();
  });

  it('uses a new certificate for new connections once the files hold it', async () => {
    const second = selfSigned(['localhost'], Date.now());
    const before = (await shown()).fingerprint256;
    await write(second);
    await eventually(async () => expect((await shown()).fingerprint256).not.toBe(before));
  });

  it('keeps the certificate and reports what is wrong where the new files hold none', async () => {
    const before = (await shown()).fingerprint256;
    await writeFile(files().cert, 'not a certificate');
    await eventually(() => expect(logged()).toMatch(/tls\.crt .*do not hold a valid certificate/));
    // The certificate of another key.
    await writeFile(files().cert, selfSigned(['localhost'], Date.now()).cert);
    await eventually(() => expect(logged()).toMatch(/key values mismatch/));
    expect((await shown()).fingerprint256).toBe(before);
  });

  it('exports when its certificate ends, and whether the files hold one', async () => {
    const exported = () => fixture.series('tessera_gateway_certificate');
    const ends = (validTo: string, unusable: 0 | 1): readonly string[] => [
      `tessera_gateway_certificate_not_after_seconds{} ${Date.parse(validTo) / 1000}`,
      `tessera_gateway_certificate_unusable{} ${unusable}`,
    ];
    const { valid_to: until } = await shown();
    expect(await exported()).toEqual(ends(until, 0));
    await writeFile(files().cert, 'not a certificate');
    await eventually(async () => expect(await exported()).toEqual(ends(until, 1)));
    const DAY_MS = 86_400_000;
    await write(selfSigned(['localhost'], Date.now() - DAY_MS));
    await eventually(async () => expect(await exported()).toEqual(ends((await shown()).valid_to, 0)));
    expect((await shown()).valid_to).not.toBe(until);
  });

  it('does not begin with files that hold no certificate, or an expired one', async () => {
    await writeFile(files().key, 'nothing');
    await expect(CertificateFiles.read(files(), logger)).rejects.toThrow(
      'do not hold a valid certificate with its key',
    );
    await write(selfSigned(['localhost'], Date.now() - 50 * 365 * 86_400_000));
    await expect(CertificateFiles.read(files(), logger)).rejects.toThrow('the certificate expired at');
  });

  it('ends connections without TLS, and keeps serving', async () => {
    await fixture.serve('a', protocolOf);
    const socket = connectTcp(port(), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write('GET /p1/chat/ HTTP/1.1\r\nHost: g\r\n\r\n');
    await once(socket, 'close');
    expect((await shown()).subject).toBeDefined();
  });
});
