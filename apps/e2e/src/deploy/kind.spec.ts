import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { NODE_LABELS } from '@tessera/contracts-kubernetes';
import { VARIABLES } from '@tessera/platform-config';
import { read, ROOT } from './deployed-files';

type Values = Readonly<Record<string, unknown>>;
const yaml = <T = Values>(path: string): T => parse(read(path)) as T;

/** Label by which fake-gpu-operator knows the nodes that it serves, unless its values name another one. */
const SIMULATED_POOL = 'run.ai/simulated-gpu-node-pool';

const cluster = yaml<{
  readonly name: string;
  readonly nodes: readonly { readonly role: string; readonly labels?: Readonly<Record<string, string>> }[];
}>('deploy/kind/cluster.yaml');
const operator = yaml<{
  readonly topology: { readonly nodePools: Readonly<Record<string, { readonly gpuCount: number }>> };
  readonly environment: { readonly resourceReservationNamespace: string };
}>('deploy/kind/fake-gpu-operator.values.yaml');
const tessera = yaml<
  Values & { readonly gpuSharing: { readonly reservation: { readonly namespace: string } } }
>('deploy/kind/tessera.values.yaml');

/** Commands of the page, each on one line. */
const commands = (/```\n([^]*?)```/.exec(read('deploy/kind/README.md'))?.[1] ?? '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const at = (pattern: RegExp): number => {
  const found = commands.findIndex((line) => pattern.test(line));
  if (found < 0) throw new Error(`no command matches ${pattern.source}`);
  return found;
};

describe('the laptop cluster', () => {
  it('gives every worker a pool that fake-gpu-operator knows, and one of ours', () => {
    const workers = cluster.nodes.filter(({ role }) => role === 'worker');
    expect(workers.length).toBeGreaterThan(1);
    for (const { labels = {} } of workers) {
      expect(operator.topology.nodePools[labels[SIMULATED_POOL] ?? '']?.gpuCount).toBeGreaterThan(0);
      expect(labels[NODE_LABELS.nodePool]).toBe('default');
    }
  });

  it('keeps reservation pods where fake-gpu-operator reports their devices, and nowhere else', () => {
    const { namespace } = tessera.gpuSharing.reservation;
    expect(namespace).toBe(operator.environment.resourceReservationNamespace);
    expect(VARIABLES.TESSERA_RESERVATION_NAMESPACE.schema.parse(undefined)).not.toBe(namespace);
  });

  it('has that namespace before the operator, and the database before the migrations', () => {
    const namespace = at(new RegExp(`create namespace ${tessera.gpuSharing.reservation.namespace}$`));
    const [gpus, ours] = [at(/--install gpu-operator /), at(/--install tessera /)];
    expect([namespace, gpus, at(/wait .*pod\/postgres/), ours].toSorted((a, b) => a - b)).toEqual([
      namespace,
      gpus,
      at(/wait .*pod\/postgres/),
      ours,
    ]);
  });

  it('runs commands on files that are there, with the image that the chart takes', () => {
    const files = commands.flatMap((line) => line.match(/\bdeploy\/[\w./-]+/g) ?? []);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const { repository } = yaml<{ readonly image: { readonly repository: string } }>(
      'deploy/helm/tessera/values.yaml',
    ).image;
    const { appVersion } = yaml<{ readonly appVersion: string }>('deploy/helm/tessera/Chart.yaml');
    for (const pattern of [/docker build/, /load docker-image/])
      expect(commands[at(pattern)]).toContain(`${repository}:${appVersion}`);
    expect(commands[at(/load docker-image/)]).toContain(`--name ${cluster.name}`);
  });

  it('opens the database that the values name', () => {
    const { url } = tessera['database'] as { readonly url: string };
    const { username, password, hostname, pathname } = new URL(url);
    const postgres = commands[at(/ run postgres /)] ?? '';
    expect(postgres).toContain(`run ${hostname} `);
    for (const [name, value] of Object.entries({
      USER: username,
      PASSWORD: password,
      DB: pathname.slice(1),
    }))
      expect(postgres).toContain(`--env POSTGRES_${name}=${value}`);
  });

  it('sets values that the chart has', () => {
    const known = yaml('deploy/helm/tessera/values.yaml');
    expect(unknown(tessera, known)).toEqual([]);
  });
});

/** Paths of values that the other set has not. */
function unknown(given: Values, known: Values, path = ''): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(known, name)) return [`${path}${name}`];
    const [inner, there] = [value, known[name]];
    return typeof inner === 'object' && inner !== null
      ? unknown(inner as Values, there as Values, `${path}${name}.`)
      : [];
  });
}

describe('the image of reservation pods', () => {
  it('has the program that the sources of the node bring, under the name that the scheduler takes', () => {
    const dockerfile = read('deploy/docker/reservation.Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY (libs\S+(?: libs\S+)*) /gm)].flatMap(
      ([, paths]) => paths?.split(' ') ?? [],
    );
    expect(copied.length).toBeGreaterThan(2);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(dockerfile).toContain(
      `-t ${String(VARIABLES.TESSERA_RESERVATION_IMAGE.schema.parse(undefined))} `,
    );
  });
});
