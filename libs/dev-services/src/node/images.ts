import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';

/** Images of our programs; they are loaded into the real node, and no registry has them. */
export const IMAGES = {
  pause: 'tessera.local/pause:1',
  reservation: 'tessera.local/reservation:1',
  'model-server': 'tessera.local/model-server:1',
} as const;

/** Neither root nor dependent on a user database: admitted under restricted pod security. */
const USER = '65532:65532';
const TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/**
 * Writes an OCI archive of one static program and returns its path. A layout (oci-layout, index.json, blobs) in a tar:
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function ociArchive(
  folder: string,
  name: string,
  image: string,
  program: string,
): Promise<string> {
  const work = join(folder, name);
  rmSync(work, { recursive: true, force: true });
  const [content, layout] = [join(work, 'content'), join(work, 'layout')];
  const blobs = join(layout, 'blobs', 'sha256');
  [content, blobs].forEach((path) => mkdirSync(path, { recursive: true }));
  copyFileSync(program, join(content, name));
  chmodSync(join(content, name), 0o755);
  const layerTar = join(work, 'layer.tar');
  await tar(layerTar, content, name);
  const blob = (bytes: Buffer): { digest: string; size: number } => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hash), bytes);
    return { digest: `sha256:${hash}`, size: bytes.length };
  };
  const json = (value: object): { digest: string; size: number } => blob(Buffer.from(JSON.stringify(value)));
  const layer = blob(readFileSync(layerTar));
  const config = json({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Entrypoint: [`/${name}`], User: USER },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    config: { mediaType: TYPES.config, ...config },
    layers: [{ mediaType: TYPES.layer, ...layer }],
  });
  const annotations = { 'io.containerd.image.name': image };
  const index = { schemaVersion: 2, manifests: [{ mediaType: TYPES.manifest, ...manifest, annotations }] };
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const archive = join(folder, `${name}.tar`);
  await tar(archive, layout, '.');
  rmSync(work, { recursive: true });
  if (statSync(archive).size === 0) throw new Error(`${archive} is empty`);
  return archive;
}

const tar = (file: string, folder: string, what: string): Promise<string> =>
  run('tar', ['--owner=0', '--group=0', '--mtime=@0', '-cf', file, '-C', folder, what]);
