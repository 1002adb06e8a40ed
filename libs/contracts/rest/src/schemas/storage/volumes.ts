import { z } from 'zod';
import { ITEMS, LENGTH } from '../bounds';
import { anyText, bounded, exclude, fields, flag, Id, items as list, Quantity, text } from '../primitives';

const items = <S extends z.ZodRawShape>(shape: S) => list(ITEMS.volumes, shape);
const path = (example?: string) => text(example, LENGTH.path);

const name = { name: text('storage-instance-a') };
const mode = bounded(LENGTH.name)
  .regex(/^0[0-7]{3}$/, 'must be an octal mode such as "0644"')
  .nullish();

const Claim = items({
  ...name,
  existingPvc: flag(false),
  claimName: text('my-claim'),
  path: path('/container/my-claim'),
  readOnly: flag(false),
  ephemeral: flag(false),
  dataSharing: flag(false),
  claimInfo: fields({
    size: Quantity.nullish().meta({ example: '1G' }),
    storageClass: text('my-storage-class'),
    accessModes: fields({ readWriteOnce: flag(true), readOnlyMany: flag(false), readWriteMany: flag(false) }),
    volumeMode: z.enum(['Filesystem', 'Block']).nullish(),
    addedAttrValues: list(ITEMS.attributes, { key: text(), value: anyText() }),
  }),
  ...exclude,
});

const Git = items({
  ...name,
  repository: text('https://github.com/my-git/my-repo', LENGTH.url),
  branch: text('main'),
  revision: text(),
  path: path('/container/my-repository'),
  passwordSecret: text('my-password-secret'),
  secretKeyOfUser: text('User'),
  secretKeyOfPassword: text('Password'),
  secretRef: fields({
    name: text('my-password-secret'),
    authenticationMethod: z.enum(['password', 'ssh-key']).nullish(),
    secretKeyOfUser: text('User'),
    secretKeyOfPassword: text('Password'),
  }),
  ...exclude,
});

/** Volumes of an inference; S3 is not possible in any release. */
export const Storage = fields({
  dataVolume: items({
    id: Id.nullish().meta({ example: '123e4567-e89b-12d3-a456-426614174000' }),
    mountPath: anyText('/mnt/data', LENGTH.path),
    ...exclude,
  }),
  pvc: Claim,
  git: Git,
  configMapVolume: items({
    ...name,
    configMap: text(),
    mountPath: path(),
    subPath: path(),
    defaultMode: mode,
    ...exclude,
  }),
  /** `subPath` is in no level of the reference; a Secret is mounted as a ConfigMap is. */
  secretVolume: items({
    ...name,
    secret: text(),
    mountPath: path(),
    subPath: path(),
    defaultMode: mode,
    ...exclude,
  }),
  nfs: items({
    ...name,
    path: path(),
    server: text('my.nfs.com'),
    mountPath: path(),
    readOnly: flag(true),
    ...exclude,
  }),
  hostPath: items({
    ...name,
    path: path(),
    mountPath: path(),
    readOnly: flag(true),
    mountPropagation: z.enum(['None', 'HostToContainer']).nullish(),
    ...exclude,
  }),
  emptyDirVolume: items({
    ...name,
    path: path('/mnt/emptydir'),
    medium: anyText(),
    sizeLimit: Quantity.nullish(),
    ...exclude,
  }),
});
