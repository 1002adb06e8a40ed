import type { Changed } from '../outcome';
import type { Page } from '../reading/workload-reader';
import type { Grant, ScopeType, Visibility } from './access';
import type { Subject } from './tokens';

export interface SubjectRecord extends Subject {
  readonly createdAt: string;
  readonly createdBy: string;
  readonly lastLogin: string | null;
}

/** A subject to be created. The client id of a user is the email, in lower case. */
export type NewSubject = Omit<Subject, 'secretVersion'> & { readonly createdBy: string };

export interface AccessRuleRecord extends Grant {
  readonly id: number;
  readonly tenantId: number;
  readonly subjectId: string;
  readonly subjectType: 'user' | 'app' | 'group' | 'service-account';
  /** Issuer whose tokens name the subject like this; null if it is left open. */
  readonly issuer: string | null;
  /** Name of the scope, or its id if it has been deleted. */
  readonly scopeName: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface AccessRuleQuery {
  readonly seen: Visibility;
  readonly subjectType?: string;
  readonly subjectIdFilter?: string;
  readonly scopeType?: ScopeType;
  readonly scopeId?: string;
  readonly roleId?: number;
}

/** Users, applications and the access rules that grant them rights. */
export interface AccessStore {
  subjects(tenantId: number, kind: 'user' | 'app'): Promise<readonly SubjectRecord[]>;
  subject(tenantId: number, kind: 'user' | 'app', id: string): Promise<SubjectRecord | undefined>;
  createSubject(subject: NewSubject): Promise<Changed<SubjectRecord>>;
  /** Replaces the secret; tokens issued for the old one become invalid. */
  setSecret(id: string, secretHash: string): Promise<void>;
  deleteSubject(id: string): Promise<void>;
  rules(
    query: AccessRuleQuery,
    page: Page,
  ): Promise<{ readonly rules: readonly AccessRuleRecord[]; readonly total: number }>;
  rule(id: number, tenantId: number): Promise<AccessRuleRecord | undefined>;
  createRule(
    rule: Omit<AccessRuleRecord, 'id' | 'scopeName' | 'createdAt'>,
  ): Promise<Changed<AccessRuleRecord>>;
  deleteRule(id: number): Promise<void>;
}
