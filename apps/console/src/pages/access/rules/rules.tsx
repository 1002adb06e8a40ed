import type { ReactElement } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useOperation } from '../../../api/use-operation';
import type { May } from '../../../api/rights';
import { Sheet } from '../../../components/dialogs/dialog';
import { Field } from '../../../components/forms/field';
import { Pager } from '../../../components/layout/pager';
import { Empty, Loaded } from '../../../components/layout/states';
import { SearchField } from '../search-field';
import { useListQuery } from '../use-list-query';
import { Grant } from './grant';
import { RuleTable } from './rule-table';
import { SCOPES, SUBJECTS } from './rule-request';
import { useSubjectNames } from './use-subject-names';

const PATH = '/access/rules';
const SIZE = 50;

/** Who has which role in which scope. */
export default function Rules({ may }: { readonly may: May }): ReactElement {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const { search, offset, values, show } = useListQuery(PATH, ['role', 'kind', 'scope']);
  const names = useSubjectNames(may);
  const roles = useOperation('get_roles').data ?? [];
  const query = {
    ...{ limit: SIZE, offset },
    ...(search === '' ? {} : { subjectIdFilter: search }),
    ...(values.role === '' ? {} : { roleId: values.role }),
    ...(values.kind === '' ? {} : { subjectType: values.kind }),
    ...(values.scope === '' ? {} : { scopeType: values.scope }),
  };
  const list = useOperation('get_access_rules', { query }, { everyMs: 60_000 });
  const close = (): void => navigate(PATH);
  const filter = (
    label: string,
    field: keyof typeof values,
    options: readonly (readonly [value: string, label: string, ...rest: unknown[]])[],
  ): ReactElement => (
    <Field label={label}>
      {(id) => (
        <select id={id} value={values[field]} onChange={({ target }) => show({ [field]: target.value })}>
          <option value="">All</option>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <>
      <div className="bar filters">
        <SearchField text={search} show={(text) => show({ search: text })} />
        {filter('Who', 'kind', SUBJECTS)}
        {filter(
          'Role',
          'role',
          roles.map(({ id, name }) => [String(id), name]),
        )}
        {filter('Scope', 'scope', SCOPES)}
        {may('access_rules', 'create') ? (
          <Link className="button" data-kind="main" href={`${PATH}?new`}>
            Give a role
          </Link>
        ) : null}
      </div>
      <Loaded query={list} lines={8}>
        {({ accessRules, totalRecords }) => (
          <>
            {accessRules.length === 0 ? (
              <Empty title={totalRecords === 0 ? 'No rule' : 'Nothing on this page'}>
                Nobody has such a role in what you may see. Change the filters, or give somebody a role.
              </Empty>
            ) : (
              <RuleTable rules={accessRules} names={names} mayRevoke={may('access_rules', 'delete')} />
            )}
            <Pager
              offset={offset}
              size={SIZE}
              shown={accessRules.length}
              total={totalRecords}
              show={(to) => show({ offset: String(to) })}
            />
          </>
        )}
      </Loaded>
      <Sheet title="Give a role" open={may('access_rules', 'create') && params.has('new')} close={close}>
        <Grant type={params.get('type')} subject={params.get('subject')} names={names} given={close} />
      </Sheet>
    </>
  );
}
