import { z } from 'zod';
import { Autoscaling, Compute, Security, ServingPort } from './inference-fields';
import { ITEMS, LENGTH } from './bounds';
import { anyText, bounded, exclude, fields, flag, items, port, text, texts } from './primitives';
import { Storage } from './storage/volumes';

const seconds = (least: number) => z.int32().min(least).nullish();
const keyOf = (name: string, key: string) => fields({ name: text(name), key: text(key) });
const named = (most: number, name: string, value: string, longest?: number) =>
  items(most, { name: text(name), value: anyText(value, longest), ...exclude });

const Probe = fields({
  initialDelaySeconds: seconds(0),
  periodSeconds: seconds(1),
  timeoutSeconds: seconds(1),
  successThreshold: seconds(1),
  failureThreshold: seconds(1),
  handler: fields({
    httpGet: fields({
      path: anyText(undefined, LENGTH.path),
      port: port.nullish(),
      host: bounded(LENGTH.name).nullish().meta({ format: 'hostname' }),
      scheme: z.enum(['HTTP', 'HTTPS']).nullish(),
    }),
  }),
});

/**
 * The spec of an inference: level 2.18 and the fields of later releases. Unknown fields are kept. The workload domain
 * checks the rules between fields.
 */
export const InferenceSpec = z
  .looseObject({
    command: text('python', LENGTH.command),
    args: text('-x my-script.py', LENGTH.command),
    image: text('python:3.8', LENGTH.image),
    imagePullPolicy: z.enum(['Always', 'Never', 'IfNotPresent']).nullish(),
    workingDir: text('/home/myfolder', LENGTH.path),
    createHomeDir: flag(),
    probes: fields({ readiness: Probe }),
    nodeType: text('my-node-type'),
    nodePools: texts(ITEMS.nodePools)
      .nullish()
      .meta({ example: ['my-node-pool-a', 'my-node-pool-b'] }),
    podAffinity: fields({ type: z.enum(['Required', 'Preferred']).nullish(), key: anyText() }),
    nodeAffinityRequired: fields({
      nodeSelectorTerms: items(ITEMS.selectors, {
        matchExpressions: items(ITEMS.selectors, {
          key: bounded(LENGTH.name),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
          values: texts(ITEMS.selectorValues).nullish(),
        }),
      }),
    }),
    environmentVariables: items(ITEMS.variables, {
      name: text('HOME'),
      value: anyText('/home/my-folder', LENGTH.value),
      secret: keyOf('postgress_secret', 'POSTGRES_PASSWORD'),
      configMap: keyOf('my-config-map', 'MY_POSTGRES_SCHEMA'),
      podFieldRef: fields({ path: text('metadata.name') }),
      userCredential: keyOf('my_postgres_user_and_password', 'POSTGRES_PASSWORD'),
      description: anyText('Home directory of the user.', LENGTH.description),
      ...exclude,
    }),
    annotations: named(ITEMS.annotations, 'billing', 'my-billing-unit', LENGTH.annotation),
    labels: named(ITEMS.labels, 'stage', 'initial-research'),
    tolerations: items(ITEMS.tolerations, {
      name: text(),
      operator: z.enum(['Equal', 'Exists']).nullish(),
      key: anyText(),
      value: anyText(),
      effect: z.enum(['NoSchedule', 'NoExecute', 'PreferNoSchedule', 'Any']).nullish(),
      seconds: z.int().min(1).nullish(),
      ...exclude,
    }),
    ports: items(ITEMS.ports, {
      container: port.nullish(),
      serviceType: z.enum(['LoadBalancer', 'NodePort', 'ClusterIP']).nullish(),
      external: z.int32().nullish().meta({ example: 30080 }),
      toolType: anyText('pytorch'),
      toolName: anyText('my-pytorch'),
      name: text('port-instance-a'),
      ...exclude,
    }),
    exposedUrls: items(ITEMS.exposedUrls, {
      container: z.int32().nullish().meta({ example: 8080 }),
      url: anyText('https://my-url.com', LENGTH.url),
      authorizationType: z.enum(['authenticatedUsers', 'authorizedUsers', 'authorizedGroups']).nullish(),
      authorizedUsers: texts(ITEMS.authorized)
        .nullish()
        .meta({ example: ['user-a', 'user-b'] }),
      authorizedGroups: texts(ITEMS.authorized)
        .nullish()
        .meta({ example: ['group-a', 'group-b'] }),
      toolType: anyText('jupyter'),
      toolName: anyText('my-pytorch'),
      name: text('url-instance-a'),
      ...exclude,
    }),
    relatedUrls: items(ITEMS.relatedUrls, {
      url: anyText('https://my-url.com', LENGTH.url),
      type: anyText('wandb'),
      name: anyText('url-instance-a'),
      ...exclude,
    }),
    compute: Compute,
    storage: Storage,
    security: Security,
    servingPort: ServingPort,
    servingConfiguration: fields({
      initializationTimeoutSeconds: seconds(1),
      requestTimeoutSeconds: seconds(1),
      tessera: fields({
        sessionCookie: flag(false).describe(
          'The gateway gives browsers a cookie that keeps them at their replica; default false.',
        ),
        prefixAffinity: flag(true).describe(
          'Prompts that begin alike go to the replica that saw the beginning; default true.',
        ),
      }).describe('Fields of Tessera, which other servers of this API do not know.'),
    }),
    autoscaling: Autoscaling,
    category: anyText(),
    priorityClass: anyText(),
    preemptibility: z.enum(['preemptible', 'non-preemptible']).nullish(),
    imagePullSecrets: items(ITEMS.imagePullSecrets, { name: anyText(), userCredential: flag(), ...exclude }),
  })
  .meta({ id: 'InferenceSpec' });
