import { parse, parseAllDocuments } from 'yaml';
import { POLICIES } from '@tessera/domain-placement';
import { VARIABLES } from '@tessera/platform-config';
import { chartCases } from '@tessera/dev-services/toolchains';
import { configReader, PORTS, read } from './deployed-files';

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly resources: { readonly limits: { readonly memory: string } };
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

const manifests = (file: string): readonly Manifest[] =>
  parseAllDocuments(read(file))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

const containers = chartCases().flatMap(({ name, golden }) =>
  manifests(golden.slice(golden.indexOf('deploy/')))
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ spec }) => spec.template.spec.containers)
    .map((container) => [`${name}: ${container.name}`, container] as const),
);
/** A value that stands for what a pod reads from a secret or from itself. */
const REFERRED: Readonly<Record<string, string>> = {
  TESSERA_DATABASE_URL: 'postgres://u:p@h/d',
  TESSERA_KEY_ENCRYPTION_KEY: '00'.repeat(32),
  TESSERA_GATEWAY_REPORT_KEYS: '00'.repeat(32),
  TESSERA_METRICS_QUERY_KEYS: '01'.repeat(32),
};

describe('the chart', () => {
  it('has a case for each way to run it', () => {
    expect(chartCases().map(({ name }) => name)).toEqual(['cluster-only', 'evaluation', 'production']);
  });

  it.each(containers)('%s is given what the app reads, and nothing else', (_name, { name, env }) => {
    const given = Object.fromEntries(
      env.map((one) => [one.name, one.value ?? REFERRED[one.name] ?? 'from-a-secret-elsewhere']),
    );
    expect(Object.keys(given).filter((key) => !Object.hasOwn(VARIABLES, key))).toEqual([]);
    const config = configReader(name)(given);
    expect(Object.keys(given).filter((key) => !Object.hasOwn(config, key))).toEqual([]);
  });

  it('takes the placement policies that there are', () => {
    const schema = JSON.parse(read('deploy/helm/tessera/values.schema.json')) as {
      readonly definitions: { readonly policy: { readonly enum: readonly string[] } };
    };
    expect(schema.definitions.policy.enum).toEqual(POLICIES);
  });

  it.each(containers)('%s listens on the ports of the chart', (_name, container) => {
    const given = Object.fromEntries(
      container.env.map((one) => [one.name, one.value ?? 'from-a-secret-elsewhere']),
    );
    const referred = Object.entries(REFERRED).filter(([name]) => given[name] !== undefined);
    const config = configReader(container.name)({ ...given, ...Object.fromEntries(referred) });
    expect(container.ports?.map(({ containerPort }) => containerPort)).toEqual(
      PORTS[container.name]?.flatMap((name) => (config[name] === undefined ? [] : [Number(config[name])])),
    );
    expect(container.args).toEqual(['node', `dist/apps/${container.name}/main.js`]);
  });

  it.each(containers.filter(([, { name }]) => name === 'gateway'))(
    '%s has the memory that callers can make it use (docs/guides/limits.md)',
    (_name, { env, resources }) => {
      const given = Object.fromEntries(env.map(({ name, value }) => [name, value ?? REFERRED[name] ?? 'x']));
      const config = configReader('gateway')(given);
      const requests = Number(config['TESSERA_GATEWAY_REQUESTS']);
      const connections = Number(config['TESSERA_GATEWAY_CONNECTIONS']);
      const boundMiB = 120 + requests * 0.75 + connections / 32 + 256;
      expect(resources.limits.memory).toMatch(/^\d+Gi$/);
      expect(boundMiB).toBeLessThanOrEqual(parseInt(resources.limits.memory, 10) * 1_024);
    },
  );

  it('describes every value in its schema', () => {
    const values = parse(read('deploy/helm/tessera/values.yaml')) as Readonly<Record<string, unknown>>;
    const { properties } = JSON.parse(read('deploy/helm/tessera/values.schema.json')) as {
      readonly properties: Readonly<Record<string, unknown>>;
    };
    expect(Object.keys(values).filter((name) => !Object.hasOwn(properties, name))).toEqual([]);
  });
});
