import type { EventText } from './events';

/** True for images from this reserved domain: they do not exist. */
export const isNowhere = (image: string): boolean => /^[^/]*\.invalid(:\d+)?\//.test(image);

/** What a kubelet says of pull secrets that are not there; it tries to pull without them. */
export const noPullSecrets = (names: readonly string[]): EventText => ({
  type: 'Warning',
  reason: 'FailedToRetrieveImagePullSecret',
  message: `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`,
});
