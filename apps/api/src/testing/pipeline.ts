import { Module, type Provider, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import { TokenError } from '@tessera/adapter-oidc';
import type { AuditEntry, Grant, Principal, ReadWorkload } from '@tessera/application-control-plane';
import { silentLogger } from '@tessera/platform-logging';
import { apiConfig } from '../config';
import { APPLICATION_OPTIONS } from '../create-application';
import { ApiAdapter } from '../http/adapter';
import { HttpModule } from '../http/http.module';
import { IdentityModule } from '../identity/identity.module';
import { Principals } from '../identity/principals';
import { AuditTrail } from '../limits/audit-trail';
import { LimitsModule } from '../limits/limits.module';
import { RateLimit } from '../limits/rate-limit';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { TelemetryModule } from '../platform/telemetry.module';
import {
  API_CONFIG,
  API_METRICS,
  CLOCK,
  CONTROL_PLANE,
  LOGGER,
  PLACES,
  RATE_LIMIT,
  REFUSED_TOKENS,
  VERIFIER,
} from '../providers';

export const AT = Date.parse('2026-01-01T12:00:00.000Z');
/** Tokens that the verifier knows: of a subject of this name. */
export const tokenOf = (name: string): string => `Bearer token-of-${name}`;

class Dependencies {}
@Module({})
class Nothing {}

export interface PipelineOptions {
  readonly controllers: readonly Type[];
  readonly providers?: readonly Provider[];
  /** The grants of each subject, by name; subjects without an entry do not exist. */
  readonly grants: Readonly<Record<string, readonly Grant[]>>;
  /** Workloads of revisions: the id of the revision is that of its workload. */
  readonly workloads?: readonly ReadWorkload[];
  /** Calls of a subject, and invalid tokens of an address, per minute; 0 for no limit. */
  readonly perMinute?: { readonly calls?: number; readonly badTokens?: number };
}

export interface Pipeline {
  readonly server: FastifyInstance;
  readonly audited: readonly AuditEntry[];
  close(): Promise<void>;
}

/**
 * The HTTP module as it is, guards, pipe, filter and interceptors included, around controllers whose dependencies are
 * given: no database, no socket. Requests come in by `inject`.
 */
export async function pipeline({
  controllers,
  providers = [],
  grants,
  workloads = [],
  perMinute: { calls = 0, badTokens = 0 } = {},
}: PipelineOptions): Promise<Pipeline> {
  const clock = { now: () => AT, elapsedMs: () => 0 };
  const audited: AuditEntry[] = [];
  const workload = async (id: string) => workloads.find((one) => one.id === id);
  const values: readonly (readonly [token: symbol | Type, value: unknown])[] = [
    [API_CONFIG, apiConfig({ TESSERA_DATABASE_URL: 'postgres://nowhere' })],
    [CLOCK, clock],
    [LOGGER, silentLogger],
    [API_METRICS, { requestSeconds: { observe: () => undefined } }],
    [CONTROL_PLANE, { specSettings: {}, directory: { project: async () => undefined } }],
    [
      VERIFIER,
      {
        isCached: () => false,
        verifyHeader: async (header = '') => {
          const name = header.replace('Bearer token-of-', '');
          if (header !== tokenOf(name)) throw new TokenError('Token is malformed.');
          return { sub: name };
        },
      },
    ],
    [
      Principals,
      {
        of: async ({ sub: name }: { readonly sub: string }): Promise<Principal> => {
          const own = grants[name];
          if (own === undefined) throw new TokenError('Token subject does not exist any more.');
          return { subjectId: name, kind: 'user', name, tenantId: 1, grants: own };
        },
      },
    ],
    [
      PLACES,
      {
        directory: { project: async () => undefined },
        reader: {
          workload,
          revision: async (id: string) => (await workload(id)) && { id, workloadId: id },
        },
      },
    ],
    [RATE_LIMIT, new RateLimit(calls, clock)],
    [REFUSED_TOKENS, new RateLimit(badTokens, clock, 'calls with a bad token')],
    [AuditTrail, { record: async (entry: AuditEntry) => void audited.push(entry) }],
  ];
  const module = await Test.createTestingModule({
    imports: [HttpModule],
    controllers: [...controllers],
    providers: [...providers],
  })
    .overrideModule(ControlPlaneModule)
    .useModule({
      module: Dependencies,
      global: true,
      providers: values.map(([provide, useValue]) => ({ provide, useValue })),
      exports: values.map(([token]) => token),
    })
    .overrideModule(IdentityModule)
    .useModule(Nothing)
    .overrideModule(LimitsModule)
    .useModule(Nothing)
    .overrideModule(TelemetryModule)
    .useModule(Nothing)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new ApiAdapter(), APPLICATION_OPTIONS);
  await app.init();
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await server.ready();
  return { server, audited, close: () => app.close() };
}
