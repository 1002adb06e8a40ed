import type { KubernetesConnection } from '@tessera/adapter-kubernetes';
import type { PodSeen } from '../record/recording';
import type { Lift } from './inflict';

const FINALIZER = 'storm.tessera.io/hold';
const MERGE = 'application/merge-patch+json';
const NAMESPACE = 'runai-project-1';
const WEBHOOK = 'storm.tessera.io';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

const pathOf = ({ namespace, name }: PodSeen): string => `/api/v1/namespaces/${namespace}/pods/${name}`;
const unlessGone = (error: { readonly status?: number }): void => {
  if (error.status !== 404) throw error as Error;
};

/** Somebody deletes a pod that somebody else holds by a finalizer; lifted, the pod may go. */
export async function holdPod(cluster: KubernetesConnection, pod: PodSeen): Promise<Lift> {
  const patch = (finalizers: readonly string[] | null) =>
    cluster.request('PATCH', pathOf(pod), { body: { metadata: { finalizers } }, contentType: MERGE });
  await patch([FINALIZER]);
  await cluster.request('DELETE', pathOf(pod));
  return () => patch(null).then(() => undefined, unlessGone);
}

/** What drains a node asks for. */
export async function evictPod(cluster: KubernetesConnection, pod: PodSeen): Promise<void> {
  const { namespace, name } = pod;
  await cluster.request('POST', `${pathOf(pod)}/eviction`, {
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } },
  });
}

/** A webhook for pods of the project that nobody serves, so that none can be created. */
export async function brokenWebhook(cluster: KubernetesConnection): Promise<Lift> {
  const path = `${ADMISSION}/validatingwebhookconfigurations`;
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  await cluster.request('POST', path, {
    body: {
      metadata: { name: WEBHOOK },
      webhooks: [
        {
          ...{ name: WEBHOOK, failurePolicy: 'Fail', sideEffects: 'None', admissionReviewVersions: ['v1'] },
          ...{ clientConfig: { url: 'https://127.0.0.1:1/' }, rules: [rule], timeoutSeconds: 1 },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
        },
      ],
    },
  });
  return () => cluster.request('DELETE', `${path}/${WEBHOOK}`).then(() => undefined, unlessGone);
}

/** A policy that denies every pod of the project. */
export async function denyingPolicy(cluster: KubernetesConnection): Promise<Lift> {
  const [policies, bindings] = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map(
    (plural) => `${ADMISSION}/${plural}`,
  ) as [string, string];
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } };
  await cluster.request('POST', policies, {
    body: {
      metadata: { name: WEBHOOK },
      spec: {
        matchConstraints: { resourceRules: [rule], namespaceSelector },
        validations: [{ expression: 'false', message: 'no pod while this storm denies it' }],
      },
    },
  });
  await cluster.request('POST', bindings, {
    body: { metadata: { name: WEBHOOK }, spec: { policyName: WEBHOOK, validationActions: ['Deny'] } },
  });
  return async () => {
    for (const path of [bindings, policies])
      await cluster.request('DELETE', `${path}/${WEBHOOK}`).catch(unlessGone);
  };
}
