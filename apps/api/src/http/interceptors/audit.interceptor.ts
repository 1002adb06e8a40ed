import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@tessera/kernel';
import type { Route } from '@tessera/contracts-rest';
import { AuditTrail } from '../../limits/audit-trail';
import { CLOCK } from '../../providers';
import type { ActiveCall } from '../active-call';
import type { AnyAnswer } from '../call';
import type { AnswerInterceptor } from './answer-interceptor';

/** Writes the audit log of calls as the route table states it; rejected changes are audited as well. */
@Injectable()
export class AuditInterceptor implements AnswerInterceptor {
  constructor(
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  intercept(call: ActiveCall, answer: AnyAnswer): Promise<void> | undefined {
    const { operation, caller, route } = call;
    const { status } = answer;
    if (!isAuditedHere(route, status)) return undefined;
    const at = new Date(this.clock.now()).toISOString();
    return this.audit.record({ at, caller, operation, target: targetOf(call, answer), status });
  }
}

/** Not logins, which write their own entry, nor changes that write it in their transaction, unless they were rejected. */
const isAuditedHere = ({ audited }: Route, status: number): boolean =>
  audited === 'answer' || (audited === 'transaction' && status >= 400);

/** The target of a call: what its path names, what was created, or the project that its query names. */
function targetOf({ request: { params, query } }: ActiveCall, { body }: AnyAnswer): string {
  const named = Object.values((params ?? {}) as object);
  const { id, uuid, meta } = (body ?? {}) as Partial<Record<'id' | 'uuid', unknown>> & {
    readonly meta?: { readonly id?: unknown; readonly projectId?: unknown };
  };
  const { projectId } = (query ?? {}) as { readonly projectId?: unknown };
  const parts =
    named.length > 0 ? named : [id ?? uuid ?? meta?.id ?? meta?.projectId ?? [projectId].flat().at(-1) ?? ''];
  return parts.join('/').replaceAll('\0', '').slice(0, 200);
}
