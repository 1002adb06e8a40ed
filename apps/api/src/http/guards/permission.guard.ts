import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TokenError } from '@tessera/adapter-oidc';
import type { Principal } from '@tessera/application-control-plane';
import { HttpError } from '@tessera/platform-http';
import { Principals } from '../../identity/principals';
import { PLACES } from '../../providers';
import { callOf, type ActiveCall } from '../active-call';
import { decodeParams, readBody, refuseUnusable } from '../pipes/decode';
import { authorise, type Granted, type Places } from './authorise';

/**
 * Checks the permission that the route table states for the operation, in the scope of what path, query and body name;
 * throws 403 or 404. The body is read for it, but decoded only after it: a caller without the permission learns nothing
 * about the shape of a body.
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    @Inject(PLACES) private readonly places: Places,
    private readonly principals: Principals,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const call = callOf(context.getArgByIndex<FastifyRequest>(0));
    if (call === undefined) return true;
    call.throwIfLate();
    const { route, request } = call;
    const params = decodeParams(route, request.params) as Readonly<Record<string, string>>;
    refuseUnusable(request.query);
    const raw = readBody(route, call.bytes, call.contentType);
    call.named = { params, query: request.query, raw };
    call.mayStill = () => this.mayStill(call);
    const granted = this.authorise(call, call.principal);
    return granted === undefined ? true : this.grant(call, granted);
  }

  private async grant(call: ActiveCall, granted: Promise<Granted>): Promise<true> {
    call.grant(await granted);
    return true;
  }

  private authorise(
    { route: { permission }, named }: ActiveCall,
    principal: Principal | undefined,
  ): Promise<Granted> | undefined {
    if (permission.kind !== 'right' || principal === undefined) return undefined;
    return authorise(permission, principal, named, this.places);
  }

  private async mayStill(call: ActiveCall): Promise<boolean> {
    try {
      await this.authorise(call, call.claims && (await this.principals.of(call.claims)));
      return true;
    } catch (error) {
      if (error instanceof TokenError || (error instanceof HttpError && error.status < 500)) return false;
      throw error;
    }
  }
}
