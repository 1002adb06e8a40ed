import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@tessera/testing-services/eventually';
import { usedMemory } from '@tessera/testing-services/memory';
import { gatewayFixture, replica } from '../testing/gateway-fixture';

/** What one open request takes at most, bytes: the figure of docs/guides/limits.md. */
const MOST_EACH = 768 * 1024;
const OPEN = 100;
/** What one caller may have of them. */
const OF_ONE = (OPEN * 4) / 5;

/** A replica that reads nothing and answers without end, and callers that send without end and read nothing. */
const OTHERS = `
const net = require('node:net');
const block = Buffer.alloc(1 << 20);
const pump = (socket) => { const more = () => { while (!socket.destroyed && socket.write(block)); }; socket.on('drain', more); more(); };
const replica = net.createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.pause();
    console.log('arrived');
    socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 1000000000000\\r\\n\\r\\n');
    pump(socket);
  });
}).listen(0, '127.0.0.1', () => console.log('port ' + replica.address().port));
process.stdin.once('data', (target) => {
  const [host, port, count] = target.toString().trim().split(' ');
  for (let index = 0; index < Number(count); index += 1) {
    const socket = net.connect(Number(port), host, () => {
      socket.write('POST /p1/chat/ HTTP/1.1\\r\\nHost: g\\r\\nContent-Length: 1000000000000\\r\\n\\r\\n');
      pump(socket);
    });
    socket.on('error', () => {});
  }
});
`;

describe('the memory of the gateway', () => {
  it('is bounded by that of the open requests, whatever callers send and do not read', async () => {
    const fixture = await gatewayFixture({ drainMs: 50, openTotal: OPEN });
    const others = spawn(process.execPath, ['-e', OTHERS], { stdio: ['pipe', 'pipe', 'inherit'] });
    let arrived = 0;
    let port = '';
    createInterface({ input: others.stdout }).on('line', (line) => {
      if (line === 'arrived') arrived += 1;
      else port = line.replace('port ', '');
    });
    try {
      await eventually(() => expect(port).not.toBe(''));
      fixture.source.report('present', replica('a', { address: `127.0.0.1:${port}` }));
      const before = usedMemory();
      others.stdin.write(`${fixture.address.replace(':', ' ')} ${OF_ONE}\n`);
      await eventually(() => expect(arrived).toBe(OF_ONE), 60_000);
      // All buffers are full once the memory stands still.
      let last = 0;
      await eventually(() => {
        const now = usedMemory();
        const grown = now - last;
        last = now;
        expect(Math.abs(grown)).toBeLessThan(100_000);
      }, 60_000);
      expect((last - before) / OF_ONE).toBeLessThanOrEqual(MOST_EACH);
      const refused = await fetch(`${fixture.url}/p1/chat/`);
      expect([refused.status, refused.headers.get('x-tessera-reason'), arrived]).toEqual([
        429,
        'GatewayFull',
        OF_ONE,
      ]);
    } finally {
      others.kill('SIGKILL');
      await once(others, 'exit');
      await fixture.close();
    }
  }, 150_000);
});
