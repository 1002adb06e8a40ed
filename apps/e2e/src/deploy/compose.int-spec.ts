import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VARIABLES } from '@tessera/platform-config';
import {
  appOf,
  compose,
  configReader,
  interpolated,
  PORTS,
  read,
  ROOT,
  type ComposeService,
} from './deployed-files';

const { services, volumes } = compose();
const OURS = Object.entries(services).flatMap(([name, service]) => {
  const app = appOf(service);
  return app === undefined ? [] : [{ name, service, app }];
});

/** What stands in the files that are made at the first start. */
const MADE: Readonly<Record<string, string>> = {
  TESSERA_DATABASE_URL: 'postgres://user:password@postgres:5432/tessera',
  TESSERA_APPLICATION_SECRET: 'of-the-first-start',
  TESSERA_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
  TESSERA_GATEWAY_REPORT_KEYS: Buffer.alloc(32, 2).toString('base64'),
  TESSERA_METRICS_QUERY_KEYS: Buffer.alloc(32, 3).toString('base64'),
};

const environmentOf = ({ environment = {} }: ComposeService): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const secret = name.replace(/_FILE$/, '');
      const made = secret === name ? undefined : MADE[secret];
      return made === undefined ? [name, interpolated(String(value))] : [secret, made];
    }),
  );

/** What the app makes of the variables that the service is given, read by the app's own configuration. */
const configOf = ({ app, service }: (typeof OURS)[number]): Readonly<Record<string, unknown>> =>
  configReader(app)(environmentOf(service));

const portsOf = (one: (typeof OURS)[number]): readonly number[] =>
  (PORTS[one.app] ?? []).map((name) => Number(configOf(one)[name]));

/** Where a name of the compose network leads: the service itself, and those that share its network. */
function portsAt(host: string): readonly number[] {
  const owner = Object.entries(services).find(
    ([name, { networks }]) => name === host || networks?.default?.aliases?.includes(host),
  )?.[0];
  return OURS.filter(
    ({ name, service }) => name === owner || service.network_mode === `service:${owner}`,
  ).flatMap(portsOf);
}
const OTHERS: Readonly<Record<string, number>> = { postgres: 5432, kafka: 9092, prometheus: 9090 };

describe('docker-compose.yml', () => {
  it('runs every service of the platform', () => {
    expect(OURS.map(({ app }) => app).sort()).toEqual([
      'api',
      'gateway',
      'metrics',
      'scheduler',
      'simulator',
    ]);
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['postgres', 'kafka', 'prometheus', 'grafana']),
    );
  });

  describe.each(OURS)('$name', (one) => {
    const { service } = one;

    it('has only variables that the app reads, all that it requires, and values that it takes', () => {
      const given = Object.keys(environmentOf(service));
      expect(given.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
      expect(given.filter((name) => !Object.hasOwn(configOf(one), name))).toEqual([]);
    });

    it('listens to other containers, and its health is asked at its own port', () => {
      expect(configOf(one)['TESSERA_HOST']).toBe('0.0.0.0');
      const asked = /127\.0\.0\.1:(\d+)\/readyz/.exec(service.healthcheck?.test.join(' ') ?? '')?.[1];
      expect(portsOf(one)).toContain(Number(asked));
    });

    it('names other services by addresses that lead to them', () => {
      const addresses = Object.values(environmentOf(service)).flatMap((value) => [
        ...value.matchAll(/(?:^|\/\/|@)([a-z]+):(\d+)/g),
      ]);
      for (const [text, host = '', port] of addresses)
        expect({ text, ports: [OTHERS[host], ...portsAt(host)] }).toEqual({
          text,
          ports: expect.arrayContaining([Number(port)]),
        });
    });

    it('publishes what listens in its network, on the loopback address', () => {
      for (const published of service.ports ?? []) {
        const [, outside, inside] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(published) ?? [];
        expect({ published, outside }).toEqual({ published, outside: inside });
        expect(portsAt(one.name)).toContain(Number(inside));
      }
    });
  });

  it('knows no password: they are made at the first start, stay, and each service reads its own', () => {
    expect(read('docker-compose.yml')).not.toMatch(/(PASSWORD|SECRET|_KEY): (?!\$\{\w+:-\})\S/);
    const folder = mkdtempSync(join(tmpdir(), 'tessera-test-secrets-'));
    const secretsIn = (): Readonly<Record<string, string>> =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((path) => path.includes('/'))
          .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
      );
    const make = (into: string) =>
      execFileSync(process.execPath, [join(ROOT, 'deploy/docker/secrets.mjs'), into]);
    try {
      make(folder);
      const made = secretsIn();
      make(folder);
      expect(secretsIn()).toEqual(made);
      expect(made['api/database-url']).toBe(made['migrate/api-database-url']);
      expect(made['scheduler/database-url']).toBe(made['migrate/scheduler-database-url']);
      expect(made['migrate/database-url']).toContain(String(made['postgres/password']));
      expect(made['gateway/report-key']).toBe(made['scheduler/report-key']);
      expect(made['api/application-secret']?.length).toBeGreaterThanOrEqual(16);
      expect(services['api']?.environment).toHaveProperty('TESSERA_KEY_ENCRYPTION_KEY_FILE');
      const encryptionKey = String(made['api/key-encryption-key']);
      const apiVariables = configReader('api')({ ...MADE, TESSERA_KEY_ENCRYPTION_KEY: encryptionKey });
      expect(apiVariables['TESSERA_KEY_ENCRYPTION_KEY']).toEqual([Buffer.from(encryptionKey, 'base64')]);
      for (const { name, service } of OURS.concat({
        name: 'migrate',
        service: services['migrate'] ?? {},
        app: '',
      }))
        for (const [variable, path] of Object.entries(service.environment ?? {}))
          if (variable.endsWith('_FILE') && String(path).startsWith('/run/tessera/'))
            expect(Object.keys(made)).toContain(`${name}/${String(path).slice('/run/tessera/'.length)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('publishes nothing beyond this machine', () => {
    for (const { ports = [] } of Object.values(services))
      for (const published of ports) expect(published).toMatch(/^127\.0\.0\.1:/);
  });

  it('gives clients the addresses that it publishes', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) =>
      ports.map((text) => text.split(':')[1]),
    );
    for (const one of OURS)
      for (const name of ['TESSERA_API_PUBLIC_URL', 'TESSERA_GATEWAY_PUBLIC_URL'] as const) {
        const url = configOf(one)[name];
        if (url !== undefined) expect(published).toContain(new URL(String(url)).port);
      }
  });

  it('gives the API and those who verify its tokens the same issuer', () => {
    const issuers = OURS.map((one) => configOf(one)['TESSERA_API_PUBLIC_URL']).filter(Boolean);
    expect(issuers.length).toBeGreaterThan(1);
    expect(new Set(issuers).size).toBe(1);
  });

  it('waits only for services that exist and have a health check', () => {
    for (const { depends_on: needed = {} } of Object.values(services)) {
      const names = Array.isArray(needed) ? (needed as readonly string[]) : Object.keys(needed);
      for (const name of names) expect(services).toHaveProperty(name);
      for (const [name, how] of Object.entries(Array.isArray(needed) ? {} : needed))
        if ((how as { condition?: string }).condition === 'service_healthy')
          expect(services[name]).toHaveProperty('healthcheck');
    }
  });

  it('mounts files that are there and volumes that are declared', () => {
    const sources = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
      mounts.map((mount) => mount.split(':')[0] ?? ''),
    );
    for (const source of sources)
      expect({
        source,
        there: source.startsWith('.') ? existsSync(join(ROOT, source)) : source in volumes,
      }).toEqual({
        source,
        there: true,
      });
  });

  it('runs our image as a user without rights', () => {
    const stages = read('deploy/docker/Dockerfile').split(/^FROM /m);
    expect(stages.at(-1)).toMatch(/^USER node$/m);
  });
});
