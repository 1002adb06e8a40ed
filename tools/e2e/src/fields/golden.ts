import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Json } from '../client';

const FOLDER = join(__dirname, '..', '..', 'goldens', 'fields');
/** Set to write the goldens anew; look at what changed before it is committed. */
const WRITE = 'TESSERA_TEST_WRITE_GOLDENS';

/** Compares the objects of a group with its golden file, or writes it. */
export function expectGolden(name: string, objects: readonly Json[]): void {
  const text = objects
    .map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`)
    .join('');
  const file = join(FOLDER, `${name}.yaml`);
  if (process.env[WRITE] === 'true') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file)) throw new Error(`${file} is missing; write it with ${WRITE}=true and look at it`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** Annotations of controllers and kubelets, not of ours. */
const FOREIGN =
  /^(pv\.kubernetes\.io|volume\.(beta\.)?kubernetes\.io)\/|^tessera\.io\/(serving-address|gpu-devices)$/;
/** Fields of which each server and each run has its own. */
const VOLATILE: Readonly<Record<string, readonly string[]>> = {
  metadata: [
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'managedFields',
    'generation',
    'finalizers',
    'generateName',
  ],
  spec: ['clusterIP', 'clusterIPs', 'volumeName', 'healthCheckNodePort'],
};

/** The object as its golden has it: what differs between two runs is left out or replaced. */
export function settled(object: Json, id: string): Json {
  const { status: _status, ...rest } = object;
  const text = JSON.stringify(rest).replaceAll(id, '<workload id>');
  const copy = JSON.parse(text.replace(/-[0-9a-z]{1,7}-(\d+)"/g, hashed(object))) as Json;
  for (const [part, fields] of Object.entries(VOLATILE))
    for (const field of fields) delete copy[part]?.[field];
  const { metadata, spec } = copy;
  metadata.ownerReferences?.forEach((owner: Json) => delete owner.uid);
  for (const name of Object.keys(metadata.annotations ?? {}))
    if (FOREIGN.test(name)) delete metadata.annotations[name];
  if (metadata.annotations !== undefined && Object.keys(metadata.annotations).length === 0)
    delete metadata.annotations;
  if (copy.kind === 'Pod') settlePod(spec);
  if (copy.kind === 'Service')
    for (const port of spec.ports) if (port.nodePort !== 30_091) delete port.nodePort;
  return sorted(copy);
}

/** Names of pods carry the hash of their workload. */
const hashed =
  ({ kind }: Json) =>
  (all: string, ordinal: string): string =>
    kind === 'Pod' ? `-<hash>-${ordinal}"` : all;

/** What the admission of a real server adds to every pod, and the device that a holder told. */
function settlePod(spec: Json): void {
  const added = ({ name }: Json): boolean => /^kube-api-access-/.test(name);
  spec.volumes = (spec.volumes ?? []).filter((volume: Json) => !added(volume));
  spec.tolerations = (spec.tolerations ?? []).filter(
    ({ key }: Json) => !/^node\.kubernetes\.io\//.test(key ?? ''),
  );
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    container.volumeMounts = (container.volumeMounts ?? []).filter((mount: Json) => !added(mount));
    for (const variable of container.env ?? [])
      if (variable.name === 'NVIDIA_VISIBLE_DEVICES') {
        delete variable.value;
        delete variable.valueFrom;
      }
  }
  for (const list of ['volumes', 'tolerations']) if (spec[list].length === 0) delete spec[list];
  for (const container of [...(spec.initContainers ?? []), ...spec.containers])
    if (container.volumeMounts.length === 0) delete container.volumeMounts;
}

/** With the keys of maps in order: servers write them in orders of their own. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
