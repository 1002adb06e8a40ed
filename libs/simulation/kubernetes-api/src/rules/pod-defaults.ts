import { fieldsList, fieldsOf, isFields, type Fields } from '../wire/json';

/** Seconds that a pod stays on a node that is not ready or not reachable, as the admission plugin sets it. */
const TOLERATION_SECONDS = 300;

function defaultContainer(container: Fields): void {
  container['terminationMessagePath'] ??= '/dev/termination-log';
  container['terminationMessagePolicy'] ??= 'File';
  container['imagePullPolicy'] ??= defaultPullPolicy(String(container['image'] ?? ''));
  const resources = fieldsOf(container['resources']);
  container['resources'] = resources;
  if (isFields(resources['limits']))
    resources['requests'] = { ...resources['limits'], ...fieldsOf(resources['requests']) };
  for (const port of fieldsList(container['ports'])) port['protocol'] ??= 'TCP';
  for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe'])
    if (isFields(container[name])) defaultProbe(container[name]);
  for (const { valueFrom } of fieldsList(container['env'])) {
    const reference = fieldsOf(valueFrom)['fieldRef'];
    if (isFields(reference)) reference['apiVersion'] ??= 'v1';
  }
}

function defaultPullPolicy(image: string): string {
  const tag = /:([^/@]+)(?:@|$)/.exec(image)?.[1];
  return image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'IfNotPresent' : 'Always';
}

function defaultProbe(probe: Fields): void {
  probe['timeoutSeconds'] ??= 1;
  probe['periodSeconds'] ??= 10;
  probe['successThreshold'] ??= 1;
  probe['failureThreshold'] ??= 3;
  if (!isFields(probe['httpGet'])) return;
  probe['httpGet']['path'] ??= '/';
  probe['httpGet']['scheme'] ??= 'HTTP';
}

function defaultVolume(volume: Fields): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI'])
    if (isFields(volume[source])) volume[source]['defaultMode'] ??= 420;
  if (isFields(volume['hostPath'])) volume['hostPath']['type'] ??= '';
}

function defaultTolerations(spec: Fields): void {
  const tolerations = fieldsList(spec['tolerations']);
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(
      (key) =>
        !tolerations.some(
          (item) => item['key'] === key || (item['key'] === undefined && item['operator'] === 'Exists'),
        ),
    )
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }));
  spec['tolerations'] = [...tolerations, ...added];
}

/** Fills in the defaults of the real server in a pod's spec. Idempotent. */
export function defaultPodSpec(spec: Fields): void {
  spec['restartPolicy'] ??= 'Always';
  spec['dnsPolicy'] ??= 'ClusterFirst';
  spec['terminationGracePeriodSeconds'] ??= 30;
  spec['securityContext'] ??= {};
  spec['schedulerName'] ??= 'default-scheduler';
  spec['enableServiceLinks'] ??= true;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
  const account = spec['serviceAccountName'] ?? spec['serviceAccount'] ?? 'default';
  spec['serviceAccountName'] = account;
  spec['serviceAccount'] = account;
  defaultTolerations(spec);
  for (const container of fieldsList(spec['containers'])) defaultContainer(container);
  for (const container of fieldsList(spec['initContainers'])) defaultContainer(container);
  for (const volume of fieldsList(spec['volumes'])) defaultVolume(volume);
}
