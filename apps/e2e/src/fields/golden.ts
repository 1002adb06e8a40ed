import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Json } from '../client';

const FOLDER = join(__dirname, '..', '..', 'goldens', 'fields');
/** Set to write the goldens again; check what changed before it is committed. */
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
  if (!existsSync(file)) throw new Error(`${file} is missing; write it with ${WRITE}=true and check it`);
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

/** That a Service has no address is ours; which address it has is not. */
const isHeadless = (address: Json): boolean => [address].flat().includes('None');

/** The object as its golden has it: what differs between two runs is left out or replaced, and so is where it was placed. */
export function settled(object: Json, id: string): Json {
  const { status: _status, ...rest } = object;
  const { name } = object.metadata;
  const node = object.spec?.nodeName ?? '<no node>';
  const text = JSON.stringify(rest)
    .replaceAll(id, '<workload id>')
    .replaceAll(node, '<node>')
    .replaceAll(
      `"${name}"`,
      `"${object.kind === 'Pod' ? name.replace(/[0-9a-z]+-(\d+)$/, '<hash>-$1') : name}"`,
    );
  const copy = JSON.parse(text) as Json;
  for (const [part, fields] of Object.entries(VOLATILE))
    for (const field of fields) if (!isHeadless(copy[part]?.[field])) delete copy[part]?.[field];
  const { metadata, spec } = copy;
  metadata.ownerReferences?.forEach((owner: Json) => delete owner.uid);
  for (const name of Object.keys(metadata.annotations ?? {}))
    if (FOREIGN.test(name)) delete metadata.annotations[name];
  if (metadata.annotations !== undefined && Object.keys(metadata.annotations).length === 0)
    delete metadata.annotations;
  if (copy.kind === 'Pod') settlePod(copy);
  // The state of the workload on its owner object is another one at every moment.
  if (copy.kind === 'ConfigMap' && copy.data?.wanted !== undefined) delete copy.data;
  if (copy.kind === 'Service')
    for (const port of spec.ports) if (port.nodePort !== 30_091) delete port.nodePort;
  return sorted(copy);
}

/** What the admission of a real server adds to every pod, and the device that a reservation pod reported. */
function settlePod({ metadata, spec }: Json): void {
  const allocation = JSON.parse(metadata.annotations['tessera.io/allocation']) as Json;
  // Which of two equal devices it is, is chance.
  for (const device of allocation.devices) delete device.slot;
  metadata.annotations['tessera.io/allocation'] = JSON.stringify(allocation);
  const added = ({ name }: Json): boolean => /^kube-api-access-/.test(name);
  spec.volumes = (spec.volumes ?? []).filter((volume: Json) => !added(volume));
  spec.tolerations = (spec.tolerations ?? []).filter(
    ({ key }: Json) => !/^node\.kubernetes\.io\//.test(key ?? ''),
  );
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    container.volumeMounts = (container.volumeMounts ?? []).filter((mount: Json) => !added(mount));
    for (const variable of container.env ?? [])
      if (variable.name === 'NVIDIA_VISIBLE_DEVICES' && variable.value !== 'void') {
        delete variable.value;
        delete variable.valueFrom;
      }
  }
}

/** With the keys of maps in order and without what is empty, of which servers drop some. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])] as const)
      .filter(([key, item]) => !isEmpty(key, item)),
  );
}

/** Fields whose zero is the same as none. */
const ZEROS: Readonly<Record<string, unknown>> = { readOnly: false, initialDelaySeconds: 0 };

const isEmpty = (key: string, value: Json): boolean =>
  (key in ZEROS && value === ZEROS[key]) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
