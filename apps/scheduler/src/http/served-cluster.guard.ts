import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '@tessera/platform-http';
import type { SchedulerConfig } from '../config';
import { CONFIG } from '../settings/tokens';

/** Throws 404 for a request for another cluster. */
export function assertServed(asked: string, { TESSERA_CLUSTER_ID: served }: ServedCluster): void {
  if (asked.toLowerCase() !== served.toLowerCase())
    throw new HttpError(404, `This scheduler serves the cluster ${served}.`);
}
export type ServedCluster = Pick<SchedulerConfig, 'TESSERA_CLUSTER_ID'>;

/** Refuses paths whose `clusterId` is another cluster than the one this scheduler serves. */
@Injectable()
export class ServedClusterGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: ServedCluster) {}

  canActivate(context: ExecutionContext): boolean {
    const { params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { clusterId: string } }>>();
    assertServed(params.clusterId, this.config);
    return true;
  }
}
