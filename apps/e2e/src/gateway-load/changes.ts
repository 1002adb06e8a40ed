import { createHash } from 'node:crypto';
import type { FeedKey, FeedSnapshot, TrafficLimits } from '@tessera/contracts-internal/gateway';
import { PROJECT, type StubWorkload } from '@tessera/testing-services/stub-cluster';
import type { GatewayProcess } from './gateway-process';

type Workload = Omit<StubWorkload, 'address'>;
const id = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;

/** Everybody may call the first, holders of a key the second, and the third speaks gRPC. */
export const CHAT: Workload = { name: 'chat', id: id(1) };
export const CHAT_V2: Workload = {
  name: 'chat-v2',
  id: id(2),
  serving: { authorizationType: 'authenticatedUsers' },
};
export const RPC: Workload = { name: 'rpc', id: id(3), serving: { protocol: 'grpc' } };
/** The model that stands for the first two. */
export const ALIAS = 'assistant';

/** A key whose limits are never reached, one whose are, and one of which there are two that take turns. */
export const KEYS = { wide: 'tsk-wide', tight: 'tsk-tight', turning: 'tsk-turning-0' } as const;
const OTHER_TURNING = 'tsk-turning-1';
const NEVER: TrafficLimits = {
  requestsPerMinute: 1e9,
  tokensPerMinute: 1e9,
  requestsInFlight: 1e9,
};
const TIGHT: TrafficLimits = { requestsPerMinute: 60, tokensPerMinute: 20_000, requestsInFlight: 2 };

const keyOf = (name: string, secret: string, limits: TrafficLimits): FeedKey => ({
  id: `key-${name}`,
  digest: createHash('sha256').update(secret).digest('base64url'),
  name,
  scope: { projects: [PROJECT], workloads: [] },
  project: PROJECT,
  limits,
  priority: 'normal',
});

/** Changes what the gateway goes by: weights of the alias, limits, keys, its certificate. */
export class Changes {
  private count = 0;

  constructor(private readonly gateway: Pick<GatewayProcess, 'feed' | 'renewCertificate'>) {}

  next(random: () => number): void {
    this.count += 1;
    this.gateway.feed.change(this.snapshot(random));
    if (this.count % 10 === 0) this.gateway.renewCertificate();
  }

  private snapshot(random: () => number): FeedSnapshot {
    const weight = Math.floor(random() * 101);
    const workload = { project: PROJECT, workload: CHAT.name };
    return {
      keys: [
        keyOf('wide', KEYS.wide, NEVER),
        keyOf('tight', KEYS.tight, TIGHT),
        keyOf('turning', this.count % 2 === 0 ? KEYS.turning : OTHER_TURNING, NEVER),
      ],
      subjects: [],
      aliases: [
        {
          id: 'alias',
          name: ALIAS,
          targets: [
            { ...workload, weight },
            { ...workload, workload: CHAT_V2.name, weight: 100 - weight },
          ],
          fallbacks: [workload],
          createdAt: '2026-01-01T00:00:00Z',
        },
      ],
      limits:
        this.count % 3 === 0
          ? []
          : [
              { scope: 'project', name: PROJECT, limits: NEVER },
              { scope: 'workload', id: CHAT.id, limits: NEVER },
            ],
    };
  }
}
