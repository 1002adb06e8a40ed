import { z } from 'zod';
import { SAMPLE_ATTRIBUTES, SAMPLES } from './samples';
import { EVENTS, type EventName } from './table';
import {
  commandsTopic,
  deadLetterTopic,
  eventsTopic,
  usageTopic,
  workloadsTopic,
  type Topic,
} from './topics';

type Json = Record<string, unknown>;
type Channel = (typeof EVENTS)[EventName]['topic'];

const NAMES = Object.keys(EVENTS) as EventName[];
const CLUSTER = '{clusterId}';

/** JSON Schema (draft 2020-12) of the data of a type. Readers ignore unknown fields, since later releases add some. */
export function dataSchema(name: EventName): Json {
  const { $schema: _version, ...schema } = z.toJSONSchema(EVENTS[name].schema, {
    target: 'draft-7',
    io: 'output',
    unrepresentable: 'any',
    // Strict for producers, lenient for consumers.
    override: ({ jsonSchema }) => void delete jsonSchema.additionalProperties,
  }) as Json;
  return schema;
}

/** The AsyncAPI 3 document of all topics, generated from the table that also validates them. */
export function asyncApiDocument(prefix: string, version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tessera events',
      version,
      description:
        'Events of inference workloads, as CloudEvents 1.0 in Kafka binary mode: attributes in headers, data as JSON. ' +
        'The key is the workload id, so the events of one workload are in order within their source. Delivery is at least once: ' +
        'ignore an event whose id you have already processed. Within v1, fields are only added.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      (['events', 'workloads', 'usage', 'commands'] as const).map((channel) => [
        channel,
        channelOf(channel, prefix),
      ]),
    ),
    operations: Object.fromEntries(OPERATIONS.map((operation) => operationOf(operation))),
    components: {
      messages: Object.fromEntries(NAMES.map((name) => [name, messageOf(name)])),
      schemas: {
        Attributes: ATTRIBUTES,
        ...Object.fromEntries(NAMES.map((name) => [name, dataSchema(name)])),
      },
    },
  };
}

const CHANNELS: Readonly<
  Record<Channel, { readonly topic: (prefix: string) => Topic; readonly about: string }>
> = {
  events: {
    topic: eventsTopic,
    about: 'Public events of all clusters, kept for a week. Use a consumer group of your own.',
  },
  workloads: {
    topic: workloadsTopic,
    about:
      'The latest state of each workload. The topic is compacted: read it from the beginning to rebuild a view. ' +
      'A record without a value (tombstone) means that the workload was deleted.',
  },
  usage: {
    topic: usageTopic,
    about:
      'Requests and tokens by workload, key and minute, for usage and cost. Gateways write it; an event with a repeated id counts once.',
  },
  commands: {
    topic: (prefix) => commandsTopic(prefix, CLUSTER),
    about:
      'Desired states for the scheduler of one cluster. Internal to the platform: reading it is unsupported, and only the API writes it.',
  },
};

const OPERATIONS = [
  { id: 'followEvents', action: 'receive', channel: 'events', summary: 'Follow the events of workloads.' },
  {
    id: 'rebuildView',
    action: 'receive',
    channel: 'workloads',
    summary: 'Maintain a view of all workloads.',
  },
  {
    id: 'followUsage',
    action: 'receive',
    channel: 'usage',
    summary: 'Follow the requests and tokens that gateways served, by minute.',
  },
  {
    id: 'takeCommands',
    action: 'receive',
    channel: 'commands',
    summary: 'The scheduler of a cluster applies the desired states.',
  },
] as const;

function channelOf(channel: Channel, prefix: string): Json {
  const { topic, about } = CHANNELS[channel];
  const { name, cleanup, retentionMs } = topic(prefix);
  const messages = NAMES.filter((one) => EVENTS[one].topic === channel);
  return {
    address: name,
    title: name,
    description: `${about} Records that its consumer cannot process go to ${deadLetterTopic(name).name}.`,
    messages: Object.fromEntries(messages.map((one) => [one, { $ref: `#/components/messages/${one}` }])),
    ...(channel === 'commands'
      ? { parameters: { clusterId: { description: 'Id of the cluster, a UUID.' } } }
      : {}),
    bindings: {
      kafka: {
        topic: name,
        topicConfiguration: { 'cleanup.policy': [cleanup], 'retention.ms': retentionMs },
      },
    },
  };
}

const operationOf = ({ id, action, channel, summary }: (typeof OPERATIONS)[number]): [string, Json] => [
  id,
  {
    action,
    summary,
    channel: { $ref: `#/channels/${channel}` },
    messages: NAMES.filter((one) => EVENTS[one].topic === channel).map((one) => ({
      $ref: `#/channels/${channel}/messages/${one}`,
    })),
  },
];

function messageOf(name: EventName): Json {
  const { type, description } = EVENTS[name];
  const { traceparent: _none, ...attributes } = SAMPLE_ATTRIBUTES;
  const sent = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`ce_${key}`, value]));
  return {
    name: type,
    title: type,
    summary: description,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/Attributes' },
    payload: { $ref: `#/components/schemas/${name}` },
    bindings: { kafka: { key: { type: 'string', description: 'Id of the workload.' } } },
    examples: [{ headers: { ce_specversion: '1.0', ce_type: type, ...sent }, payload: SAMPLES[name] }],
  };
}

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });

/** Headers of every record (CloudEvents Kafka protocol binding 1.0.2, §3.2). */
const ATTRIBUTES: Json = {
  type: 'object',
  required: [
    'ce_specversion',
    'ce_type',
    'ce_id',
    'ce_source',
    'ce_subject',
    'ce_time',
    'ce_sequence',
    'ce_clusterid',
    'ce_projectid',
    'ce_workloadname',
  ],
  properties: {
    ce_specversion: text('Version of CloudEvents.', { const: '1.0' }),
    ce_type: text('Type of the event.'),
    ce_id: text('Unique per event; a redelivered event has the same id.'),
    ce_source: text('Producer of the event: the API, or the scheduler of a cluster.'),
    ce_subject: text('Id of the workload, also the key.'),
    ce_time: text('Time of the event.', { format: 'date-time' }),
    ce_sequence: text('Sequence number per source and workload, 20 digits, so that it sorts as text.'),
    ce_clusterid: text('Cluster of the workload.'),
    ce_projectid: text('Project of the workload.'),
    ce_workloadname: text('Name of the workload.'),
    ce_traceparent: text('W3C trace context of the request that caused it.'),
    traceparent: text('W3C trace context of the span that published the record, if traced.'),
    'content-type': text('Media type of the value.', { const: 'application/json' }),
  },
};
