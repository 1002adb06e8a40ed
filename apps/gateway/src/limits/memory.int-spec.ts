import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@tessera/testing-services/eventually';
import { usedMemory } from '@tessera/testing-services/memory';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { servingKey } from '../testing/serving-key';

/** What one open request takes at most, bytes: the figure of docs/guides/limits.md. */
const MOST_EACH = 768 * 1024;
const OPEN = 100;
/** What one caller may have of them. */
const OF_ONE = (OPEN * 4) / 5;
/** What one idle connection takes at most, bytes. */
const MOST_IDLE = 32 * 1024;
const CONNECTIONS = 200;
const MIB = 1024 * 1024;
/** Memory for bodies that are read. */
const READ_BYTES = 8 * MIB;
const CALLERS = 8;

/**
 * A replica that reads nothing and answers without end, and callers that send without end and read nothing, in one of
 * several ways.
 */
const OTHERS = `
const net = require('node:net');
const http2 = require('node:http2');
const block = Buffer.alloc(1 << 20, 'x');
const pump = (stream, piece = block, most = Infinity) => {
  let left = most;
  const more = () => { while (!stream.destroyed && (left -= 1) >= 0 && stream.write(piece)); };
  stream.on('drain', more);
  more();
};
const replica = net.createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.pause();
    console.log('arrived');
    socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 1000000000000\\r\\n\\r\\n');
    pump(socket);
  });
}).listen(0, '127.0.0.1', () => console.log('port ' + replica.address().port));
const raw = (host, port, head, piece, most) => {
  const socket = net.connect(Number(port), host, () => {
    socket.write(head);
    pump(socket, piece, most);
  });
  socket.on('error', () => {});
  return socket;
};
const refused = (socket) => socket.once('data', () => console.log('refused'));
const BODY_PIECES = 70;
const WAYS = {
  http1: (host, port) => raw(host, port, 'POST /p1/chat/ HTTP/1.1\\r\\nHost: g\\r\\nContent-Length: 1000000000000\\r\\n\\r\\n'),
  body: (host, port, index) =>
    refused(raw(
      host,
      port,
      'POST /v1/chat/completions HTTP/1.1\\r\\nHost: g\\r\\nx-api-key: tsk-' + (index % ${CALLERS}) +
        '\\r\\nContent-Length: 33000000\\r\\n\\r\\n{"messages":"',
      Buffer.alloc(10000, 'x'),
      BODY_PIECES,
    )),
  http2: (host, port, index) => {
    if (index % 10 === 0) {
      sessions.unshift(http2.connect('http://' + host + ':' + port));
      sessions[0].on('error', () => {});
    }
    const stream = sessions[0].request({ ':method': 'POST', ':path': '/p1/chat/' });
    stream.on('error', () => {});
    pump(stream);
  },
  'idle http1': (host, port) => {
    const socket = net.connect(Number(port), host, () => socket.write('GET /nowhere HTTP/1.1\\r\\nHost: g\\r\\n\\r\\n'));
    socket.on('error', () => {}).once('data', () => console.log('arrived'));
  },
  'idle http2': (host, port) => {
    const session = http2.connect('http://' + host + ':' + port);
    session.on('error', () => {});
    session.request({ ':path': '/nowhere' }).once('end', () => console.log('arrived')).resume();
  },
};
const sessions = [];
process.stdin.once('data', (target) => {
  const [host, port, count, ...way] = target.toString().trim().split(' ');
  for (let index = 0; index < Number(count); index += 1) WAYS[way.join(' ')](host, port, index);
});
`;

describe('the memory of the gateway', () => {
  type Way = 'http1' | 'http2' | 'body' | 'idle http1' | 'idle http2';

  /** What so many callers of that way take, once it stands still; `until` they have all they can have. */
  async function taken(way: Way, count: number, until: (seen: { arrived: number; refused: number }) => void) {
    const fixture = await gatewayFixture({ drainMs: 50, openTotal: OPEN, readBytes: READ_BYTES });
    fixture.callers.update({
      keys: Array.from({ length: CALLERS }, (_, index) => servingKey(`tsk-${index}`)),
      subjects: [],
    });
    const others = spawn(process.execPath, ['-e', OTHERS], { stdio: ['pipe', 'pipe', 'inherit'] });
    const seen = { arrived: 0, refused: 0 };
    let port = '';
    createInterface({ input: others.stdout }).on('line', (line) => {
      if (line === 'arrived' || line === 'refused') seen[line] += 1;
      else port = line.replace('port ', '');
    });
    try {
      await eventually(() => expect(port).not.toBe(''));
      fixture.source.report('present', replica('a', { address: `127.0.0.1:${port}` }));
      const before = usedMemory();
      others.stdin.write(`${fixture.address.replace(':', ' ')} ${count} ${way}\n`);
      await eventually(() => until(seen), 60_000);
      // All buffers are full once the memory stands still.
      let last = 0;
      await eventually(() => {
        const now = usedMemory();
        const grown = now - last;
        last = now;
        expect(Math.abs(grown)).toBeLessThan(100_000);
      }, 60_000);
      const answer = await fetch(`${fixture.url}/p1/chat/`);
      return { bytes: last - before, seen, reason: answer.headers.get('x-tessera-reason') };
    } finally {
      others.kill('SIGKILL');
      await once(others, 'exit');
      await fixture.close();
    }
  }

  it.each<Way>(['http1', 'http2'])(
    'is bounded by that of the open requests, whatever callers send and do not read: %s',
    async (way) => {
      const { bytes, seen, reason } = await taken(way, OF_ONE, ({ arrived }) => expect(arrived).toBe(OF_ONE));
      process.stderr.write(`${way}: ${Math.round(bytes / OF_ONE / 1024)} KiB each\n`);
      expect(bytes / OF_ONE).toBeLessThanOrEqual(MOST_EACH);
      expect([reason, seen.arrived]).toEqual(['GatewayFull', OF_ONE]);
    },
    150_000,
  );

  it.each<Way>(['idle http1', 'idle http2'])(
    'is bounded by that of connections that are idle: %s',
    async (way) => {
      const { bytes } = await taken(way, CONNECTIONS, ({ arrived }) => expect(arrived).toBe(CONNECTIONS));
      process.stderr.write(`${way}: ${Math.round(bytes / CONNECTIONS / 1024)} KiB each\n`);
      expect(bytes / CONNECTIONS).toBeLessThanOrEqual(MOST_IDLE);
    },
    150_000,
  );

  it('for bodies that are read has a bound of its own', async () => {
    // Some of them stall with what they have, the others have no room.
    const { bytes } = await taken('body', 2 * CALLERS, ({ refused }) => expect(refused).toBeGreaterThan(0));
    process.stderr.write(`body: ${Math.round(bytes / MIB)} MiB\n`);
    expect(bytes).toBeGreaterThan(READ_BYTES / 2);
    expect(bytes).toBeLessThanOrEqual(READ_BYTES + 2 * CALLERS * MOST_EACH);
  }, 150_000);
});
