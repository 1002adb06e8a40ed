import { z } from 'zod';
import { anyText, exclude, fields, flag, Id, items, Quantity, text } from './primitives';

const name = { name: text('storage-instance-a') };
const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, 'must be an octal mode such as "0644"')
  .nullish();

const Claim = items({
  ...name,
  existingPvc: flag(false),
  claimName: text('my-claim'),
  path: text('/container/my-claim'),
  readOnly: flag(false),
  ephemeral: flag(false),
  dataSharing: flag(false),
  claimInfo: fields({
    size: Quantity.nullish().meta({ example: '1G' }),
    storageClass: text('my-storage-class'),
    accessModes: fields({ readWriteOnce: flag(true), readOnlyMany: flag(false), readWriteMany: flag(false) }),
    volumeMode: z.enum(['Filesystem', 'Block']).nullish(),
    addedAttrValues: items({ key: text(), value: anyText() }),
  }),
  ...exclude,
});

const Git = items({
  ...name,
  repository: text('https://github.com/my-git/my-repo'),
  branch: text('main'),
  revision: text(),
  path: text('/container/my-repository'),
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
    mountPath: anyText('/mnt/data'),
    ...exclude,
  }),
  pvc: Claim,
  git: Git,
  configMapVolume: items({
    ...name,
    configMap: text(),
    mountPath: text(),
    subPath: text(),
    defaultMode: mode,
    ...exclude,
  }),
  secretVolume: items({ ...name, secret: text(), mountPath: text(), defaultMode: mode, ...exclude }),
  nfs: items({
    ...name,
    path: text(),
    server: text('my.nfs.com'),
    mountPath: text(),
    readOnly: flag(true),
    ...exclude,
  }),
  hostPath: items({
    ...name,
    path: text(),
    mountPath: text(),
    readOnly: flag(true),
    mountPropagation: z.enum(['None', 'HostToContainer']).nullish(),
    ...exclude,
  }),
  emptyDirVolume: items({
    ...name,
    path: text('/mnt/emptydir'),
    medium: anyText(),
    sizeLimit: Quantity.nullish(),
    ...exclude,
  }),
});
