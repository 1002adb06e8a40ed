import type { EventText } from '../objects/events';

/** Whether the image is from this reserved domain, whose images do not exist. */
export const isNowhere = (image: string): boolean => /^[^/]*\.invalid(:\d+)?\//.test(image);

/** The kubelet's message about missing pull secrets; it tries to pull without them. */
export const noPullSecrets = (names: readonly string[]): EventText => ({
  type: 'Warning',
  reason: 'FailedToRetrieveImagePullSecret',
  message: `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`,
});
