import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { BodyOf } from '../../../api/client';
import { Ask } from '../../../components/dialogs/ask';
import { When } from '../../../components/values/when';
import { useConsole, useSession } from '../../../shell/console';
import { labelOf, SCOPES, SUBJECTS } from './rule-request';
import type { SubjectNames } from './use-subject-names';

type Rule = BodyOf<'get_access_rules'>['accessRules'][number];

const HEADS = ['Who', 'Role', 'Scope', 'Given'];

/** A page of rules. */
export function RuleTable({
  rules,
  names,
  mayRevoke,
}: {
  readonly rules: readonly Rule[];
  readonly names: SubjectNames;
  readonly mayRevoke: boolean;
}): ReactElement {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Access rules">
      <table>
        <thead>
          <tr>
            {[...HEADS, ...(mayRevoke ? ['Actions'] : [])].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <Row key={rule.id} rule={rule} name={names.nameOf(rule.subjectId)} mayRevoke={mayRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  rule,
  name,
  mayRevoke,
}: {
  readonly rule: Rule;
  readonly name: string;
  readonly mayRevoke: boolean;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const isOwn = useSession()?.name === name;
  const { id, subjectType, issuer, roleName, scopeType, scopeName } = rule;
  const kind = labelOf(SUBJECTS, subjectType);
  const scope =
    scopeType === 'tenant' ? 'the whole tenant' : `${labelOf(SCOPES, scopeType).toLowerCase()} ${scopeName}`;
  const revoke = async (): Promise<void> => {
    await api.call('delete_access_rule', { params: { accessRuleId: id } });
    await queries.invalidateQueries({ queryKey: ['get_access_rules'] });
  };
  return (
    <tr>
      <td>
        <div>{name}</div>
        <div className="small soft">
          {kind}
          {issuer === undefined ? '' : ` of ${issuer}`}
        </div>
      </td>
      <td>{roleName}</td>
      <td>
        <div>{scopeType === 'tenant' ? 'Whole tenant' : scopeName}</div>
        <div className="small soft">{labelOf(SCOPES, scopeType)}</div>
      </td>
      <td>
        <When at={rule.createdAt} />
        <div className="small soft">{rule.createdBy}</div>
      </td>
      {mayRevoke ? (
        <td>
          <Ask
            label="Revoke"
            about={`${roleName} of ${name}`}
            title={`Take the role from ${name}?`}
            act={revoke}
          >
            {name} is no longer {roleName} in {scope}. It takes effect within 2 seconds; other rules of the
            same person stay.
            {isOwn ? ' This is your own role: you may lose the right to give it back.' : null}
          </Ask>
        </td>
      ) : null}
    </tr>
  );
}
