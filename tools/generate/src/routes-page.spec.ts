import { ROUTES, type Route } from '@tessera/contracts-rest';
import { atMost, routesPage, whoMay } from './routes-page';

const routes: readonly (readonly [string, Route])[] = Object.entries(ROUTES);

describe('the table of routes', () => {
  it.each(routes)('%s states a bound for its body, and streams what goes on', (_name, route) => {
    expect(route.cost.bodyBytes !== undefined).toBe(route.body !== undefined);
    const text = Object.values(route.answers).some(({ mediaType }) => mediaType !== undefined);
    expect(route.cost.stream !== undefined).toBe(text);
  });

  it.each(routes)('%s is audited if it changes anything', (_name, route) => {
    expect(route.audited === 'no').toBe(route.method === 'GET');
    expect(route.audited === 'login').toBe(route.permission.kind === 'public');
    expect(route.cost.limit === 'login').toBe(route.permission.kind === 'public');
  });

  it.each(routes)('%s states the most rows of its pages', (_name, route) => {
    const limit = route.query?.['limit'];
    if (limit === undefined) return expect(typeof route.cost.rows).not.toBe('number');
    // The whole list unless a page is asked for, as its clients of before know it.
    if (route.cost.rows === 'all') return expect(limit.safeParse(undefined).data).toBeUndefined();
    expect(limit.safeParse(String(route.cost.rows)).success).toBe(true);
    expect(limit.safeParse(String(Number(route.cost.rows) + 1)).success).toBe(false);
  });

  it('refuses unknown query parameters on our own routes, and nowhere else', () => {
    for (const [, route] of routes)
      expect(route.strictQuery === true).toBe(route.path.startsWith('/api/v1/tessera/'));
  });
});

describe('the page of routes', () => {
  it('has a row for every route', () => {
    const page = routesPage();
    for (const [name, { method, path }] of routes)
      expect(page).toContain(`| \`${name}\` | \`${method} ${path}\` |`);
  });

  it('describes who may in words', () => {
    expect(whoMay({ kind: 'public' })).toBe('anybody');
    expect(whoMay(ROUTES.create_inference1.permission)).toBe(
      '`inferences` `create` in the project of the body',
    );
  });

  it('describes what a call costs in words', () => {
    expect(atMost(ROUTES.get_workload_pod_logs.cost)).toBe(
      'asks scheduler, a stream (`TESSERA_LOG_STREAMS_PER_SUBJECT`)',
    );
    expect(atMost(ROUTES.get_workload.cost)).toBe('one thing');
    expect(atMost(ROUTES.grant_token.cost)).toBe('body of 16 KiB');
  });
});
