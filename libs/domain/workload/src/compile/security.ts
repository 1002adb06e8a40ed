import { maybe } from '@tessera/kernel';
import type { SecurityIntent } from '../intent';
import type { InferenceSpec } from '../spec';
import { ignoreGiven, type Ignore } from './ignored-fields';

const IDENTITY = ['runAsUid', 'runAsGid', 'supplementalGroups'];

/** Ids apply only where they do not come from the image, which is the default source. */
export function securityIntent(spec: InferenceSpec, ignore: Ignore): SecurityIntent {
  const security = spec.security ?? {};
  const fromTheImage = (security.uidGidSource ?? 'fromTheImage') === 'fromTheImage';
  if (fromTheImage)
    ignoreGiven(
      security,
      IDENTITY,
      'spec.security',
      'the ids come from the image (uidGidSource fromTheImage)',
      ignore,
    );
  return {
    capabilities: security.capabilities ?? [],
    ...maybe('seccompProfile', security.seccompProfileType),
    ...maybe('runAsNonRoot', security.runAsNonRoot),
    ...maybe('readOnlyRootFilesystem', security.readOnlyRootFilesystem),
    ...(fromTheImage
      ? {}
      : {
          ...maybe('runAsUid', security.runAsUid),
          ...maybe('runAsGid', security.runAsGid),
          ...maybe('supplementalGroups', groups(security.supplementalGroups)),
        }),
  };
}

/** A comma-separated list; an empty text resets it. */
export function groups(text: string | null | undefined): readonly number[] | undefined {
  if (text === undefined || text === null) return undefined;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
}
