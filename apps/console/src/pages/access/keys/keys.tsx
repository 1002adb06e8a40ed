import { useState, type ReactElement } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useOperation } from '../../../api/use-operation';
import type { May } from '../../../api/rights';
import { Sheet } from '../../../components/dialogs/dialog';
import { Field } from '../../../components/forms/field';
import { Pager } from '../../../components/layout/pager';
import { Empty, Loaded } from '../../../components/layout/states';
import { useNow } from '../../../components/values/when';
import { useListQuery } from '../use-list-query';
import { SearchField } from '../search-field';
import { useShownOnce } from '../shown-once';
import { KeyTable } from './key-table';
import { NewKey } from './new-key';

const PATH = '/access/keys';
const SIZE = 50;
const STATES = ['active', 'expired', 'revoked', 'void'] as const;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Keys with which people and programs call models. */
export default function Keys({ may }: { readonly may: May }): ReactElement {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const { search, offset, values, show } = useListQuery(PATH, ['status']);
  const [sheet, shownOnce] = useShownOnce();
  const [form, setForm] = useState(0);
  const query = {
    ...{ limit: SIZE, offset, sortBy: 'createdAt', sortOrder: 'desc' },
    ...(search === '' ? {} : { search }),
    ...(values.status === '' ? {} : { status: values.status }),
  };
  const list = useOperation('get_serving_keys', { query }, { everyMs: 30_000 });
  const requests = useRequests(may('workloads', 'read'));
  const made = (name: string, secret: string): void => {
    navigate(PATH, { replace: true });
    setForm(form + 1);
    shownOnce({ title: `The key of ${name}`, parts: [['Key', secret]], next: <HowToUse /> });
  };
  const mayChange = may('inferences', 'update');
  return (
    <>
      <div className="bar filters">
        <SearchField text={search} show={(text) => show({ search: text })} />
        <Field label="State">
          {(id) => (
            <select id={id} value={values.status} onChange={({ target }) => show({ status: target.value })}>
              <option value="">All</option>
              {STATES.map((state) => (
                <option key={state}>{state}</option>
              ))}
            </select>
          )}
        </Field>
        {mayChange ? (
          <Link className="button" data-kind="main" href={`${PATH}?new`}>
            New key
          </Link>
        ) : null}
      </div>
      <Loaded query={list} lines={8}>
        {({ servingKeys, next }) => (
          <>
            {servingKeys.length === 0 ? (
              <Empty title={search === '' && values.status === '' ? 'No key yet' : 'No key matches'}>
                With a key, a program or an OpenAI client calls models without an account of the platform.
              </Empty>
            ) : (
              <KeyTable keys={servingKeys} requests={requests} mayChange={mayChange} made={made} />
            )}
            <Pager
              offset={offset}
              size={SIZE}
              shown={servingKeys.length}
              more={next !== undefined}
              show={(to) => show({ offset: String(to) })}
            />
          </>
        )}
      </Loaded>
      <Sheet title="New key" open={mayChange && params.has('new')} close={() => navigate(PATH)}>
        <NewKey key={form} made={made} />
      </Sheet>
      {sheet}
    </>
  );
}

/** Requests by key in the last seven days, as far as gateways have reported them; undefined until they are known. */
function useRequests(enabled: boolean): ReadonlyMap<string, number> | undefined {
  const end = Math.ceil(useNow() / HOUR_MS) * HOUR_MS;
  const query = {
    start: new Date(end - WEEK_MS).toISOString(),
    end: new Date(end).toISOString(),
    groupBy: 'key',
    limit: 500,
  };
  const { data } = useOperation('get_usage', { query }, { enabled, everyMs: 60_000 });
  return data === undefined || data.next !== undefined
    ? undefined
    : new Map(data.usage.map(({ groups: [group], requests }) => [group?.value ?? '', requests]));
}

const HowToUse = (): ReactElement => (
  <div className="draft">
    <p>
      Send it as <code>Authorization: Bearer …</code> or as <code>x-api-key</code>; OpenAI clients take it as
      their API key. Gateways know it within 2 seconds.
    </p>
  </div>
);
