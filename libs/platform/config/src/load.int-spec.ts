import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, redacted } from './load';

describe('configuration', () => {
  it('returns typed values and defaults', () => {
    const config = loadConfig(['TESSERA_API_PORT', 'TESSERA_KAFKA_BROKERS', 'TESSERA_KAFKA_SSL'], {
      TESSERA_KAFKA_BROKERS: 'a:9092, b:9092',
    });
    expect(config).toEqual({
      TESSERA_API_PORT: 8080,
      TESSERA_KAFKA_BROKERS: ['a:9092', 'b:9092'],
      TESSERA_KAFKA_SSL: false,
    });
  });

  it('reports all problems at once: missing, malformed and unknown', () => {
    const load = () =>
      loadConfig(['TESSERA_DATABASE_URL', 'TESSERA_API_PORT'], {
        TESSERA_API_PORT: 'eighty',
        TESSERA_API_PROT: '1',
      });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/TESSERA_DATABASE_URL is required/);
    expect(load).toThrow(/TESSERA_API_PORT="eighty"/);
    expect(load).toThrow(/TESSERA_API_PROT is not a setting/);
  });

  it('reads a secret from a file and rejects two sources', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tessera-config-')), 'url');
    writeFileSync(file, 'postgres://u:p@h/d\n');
    const names = ['TESSERA_DATABASE_URL'] as const;
    expect(loadConfig(names, { TESSERA_DATABASE_URL_FILE: file }).TESSERA_DATABASE_URL).toBe(
      'postgres://u:p@h/d',
    );
    expect(() => loadConfig(names, { TESSERA_DATABASE_URL_FILE: file, TESSERA_DATABASE_URL: 'x' })).toThrow(
      /keep one/,
    );
    expect(() => loadConfig(names, { TESSERA_DATABASE_URL_FILE: '/nowhere' })).toThrow(/cannot be read/);
  });

  it('never shows a secret', () => {
    expect(redacted({ TESSERA_DATABASE_URL: 'x', TESSERA_API_PORT: 1 })).toEqual({
      TESSERA_DATABASE_URL: '(secret)',
      TESSERA_API_PORT: 1,
    });
  });
});

describe('trusted proxies', () => {
  const read = (text?: string) =>
    loadConfig(['TESSERA_TRUSTED_PROXIES'], text === undefined ? {} : { TESSERA_TRUSTED_PROXIES: text })
      .TESSERA_TRUSTED_PROXIES;

  it('are addresses and CIDR ranges, and none unless given', () => {
    expect(read()).toEqual([]);
    expect(read('10.0.0.0/8, 192.0.2.7,2001:db8::/32')).toEqual(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
  });

  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '2001:db8::/129', '10.0.0/8', '10.0.0.0/-1'])(
    'are refused as "%s"',
    (text) => {
      expect(() => read(text)).toThrow(/is neither an address nor a CIDR range/);
    },
  );
});

describe('policies of node pools', () => {
  const read = (text?: string) =>
    loadConfig(['TESSERA_POOL_POLICIES'], text === undefined ? {} : { TESSERA_POOL_POLICIES: text })
      .TESSERA_POOL_POLICIES;

  it('are a list of pool and policy, and none unless given', () => {
    expect(read()).toEqual({});
    expect(read('a=spread, b=best-fit')).toEqual({ a: 'spread', b: 'best-fit' });
  });

  it.each(['a', 'a=', '=fgd', 'a=fgd=b'])('are refused as "%s"', (text) => {
    expect(() => read(text)).toThrow(/is not <pool>=<policy>/);
  });
});
