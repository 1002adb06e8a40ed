import { brokerProperties, logDirOf, toProperties } from './properties';

describe('the broker properties', () => {
  const text = brokerProperties({ dataDir: '/data', port: 9092, controllerPort: 9093 });
  const lines = text.trimEnd().split('\n');

  it.each([
    'listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
    'advertised.listeners=PLAINTEXT://127.0.0.1:9092',
    'controller.quorum.voters=1@127.0.0.1:9093',
    `log.dirs=${logDirOf('/data')}`,
  ])('say %s', (line) => {
    expect(lines).toContain(line);
  });

  it('set one replica wherever the default of Kafka is three', () => {
    const replicas = lines.filter((line) => /replication\.factor|min\.isr/.test(line));
    expect(replicas.map((line) => line.split('=')[1])).toEqual(['1', '1', '1', '1', '1']);
  });

  it('bind only the loopback address', () => {
    expect(lines.filter((line) => /:\/\/(?!127\.0\.0\.1:)/.test(line))).toEqual([]);
  });
});

describe('toProperties', () => {
  it.each([
    [{ a: 1, b: true }, 'a=1\nb=true\n'],
    [{ path: 'C:\\data' }, 'path=C:\\\\data\n'],
    [{ 'a b=c:d': 'x' }, 'a\\ b\\=c\\:d=x\n'],
    [{ text: ' two\nlines' }, 'text=\\ two\\nlines\n'],
  ])('%j', (settings, text) => {
    expect(toProperties(settings)).toBe(text);
  });
});
