import { z } from 'zod';
import { fillPath, type InternalRoute } from './route';

/** Longest time that the API waits for a change before it answers that there is none, ms. */
export const FEED_WAIT_MS = 10_000;

/** Classes of requests that wait for a replica. */
export const PRIORITIES = ['low', 'normal', 'high'] as const;

/** Most that a caller, project or workload may ask for; absent parts are not limited. */
export const TrafficLimits = z.object({
  requestsPerMinute: z.int().min(1).optional(),
  tokensPerMinute: z.int().min(1).optional(),
  requestsInFlight: z.int().min(1).optional(),
});
export type TrafficLimits = Readonly<z.output<typeof TrafficLimits>>;
export type Priority = (typeof PRIORITIES)[number];

/**
 * A serving key as gateways know it. While a replaced secret is still valid, its key has an entry for each of the two.
 */
export const FeedKey = z.object({
  id: z.string().min(1),
  /** SHA-256 of the secret, base64url. */
  digest: z.string().min(1),
  /** Name of the person or program that uses the key. */
  name: z.string(),
  scope: z.object({
    /** Names of the projects whose workloads it may all call. */
    projects: z.array(z.string()).readonly(),
    /** Ids of further workloads that it may call. */
    workloads: z.array(z.string()).readonly(),
  }),
  /** Name of the project of all its workloads; absent if there are several. */
  project: z.string().optional(),
  /** RFC 3339; absent for a secret without end. */
  expiresAt: z.string().optional(),
  limits: TrafficLimits,
  priority: z.enum(PRIORITIES),
});
export type FeedKey = Readonly<z.output<typeof FeedKey>>;

/** A subject of the built-in issuer. */
export const FeedSubject = z.object({
  id: z.string().min(1),
  kind: z.enum(['user', 'app']),
  /** Email of a user, client id of an application. */
  name: z.string(),
  /** Number of secrets so far; a token is valid only for the secret it was issued for. */
  secretVersion: z.int(),
});
export type FeedSubject = Readonly<z.output<typeof FeedSubject>>;

/** A workload of an alias. */
const FeedAliasPlace = z.object({
  /** Name of its project. */
  project: z.string().min(1),
  /** Name of the workload. */
  workload: z.string().min(1),
  /** `model` in requests to it; absent for the name of the workload. */
  model: z.string().min(1).optional(),
});

/** A model name that resolves to workloads. */
export const FeedAlias = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  /** Name of the project in which it counts; absent for all of them. */
  project: z.string().optional(),
  targets: z.array(FeedAliasPlace.extend({ weight: z.int().min(0) })).readonly(),
  /** Used in this order if the chosen target cannot answer. */
  fallbacks: z.array(FeedAliasPlace).readonly(),
  /** Longest wait for a replica before the next workload is asked, ms; absent for the limit of all requests. */
  waitMs: z.int().min(0).optional(),
  /** RFC 3339. */
  createdAt: z.string(),
});
export type FeedAlias = Readonly<z.output<typeof FeedAlias>>;
/** Limits on the requests of all callers to a project, by its name, or to a workload, by its id. */
export const FeedLimits = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('project'), name: z.string().min(1), limits: TrafficLimits }),
  z.object({ scope: z.literal('workload'), id: z.string().min(1), limits: TrafficLimits }),
]);
export type FeedLimits = Readonly<z.output<typeof FeedLimits>>;

/** The data of the API that the gateways of a cluster need, as of one version. */
export const FeedSnapshot = z.object({
  keys: z.array(FeedKey).readonly(),
  subjects: z.array(FeedSubject).readonly(),
  aliases: z.array(FeedAlias).readonly().optional(),
  limits: z.array(FeedLimits).readonly().optional(),
});
export type FeedSnapshot = Readonly<z.output<typeof FeedSnapshot>>;

/** Answer of the feed. Versions are equal or differ, and have no order. */
export const FeedAnswer = z.object({
  version: z.string().min(1),
  /** Absent where the version is the one that the gateway has. */
  snapshot: FeedSnapshot.optional(),
});
export type FeedAnswer = Readonly<z.output<typeof FeedAnswer>>;

/**
 * Route of the API for gateways. They sign the request, and the API signs the answer over the path and query of the
 * request, whose nonce no other request has.
 */
export const FEED_ROUTES = {
  gatewayFeed: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/gateway-feed',
    query: z.object({
      /** Answered at once unless it is the current version; absent to have the snapshot at once. */
      since: z.string().max(64).optional(),
      nonce: z.string().min(16).max(64),
    }),
    answers: { 200: FeedAnswer },
  },
} as const satisfies Record<string, InternalRoute>;

/** Path at the API for its feed. */
export const feedPath = (clusterId: string): string => fillPath(FEED_ROUTES.gatewayFeed.path, { clusterId });
