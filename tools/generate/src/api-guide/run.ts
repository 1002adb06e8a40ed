import { EXAMPLES, ROUTES, type Route } from '@tessera/contracts-rest';
import { CALLS, FIRST, type GuideCall, type Made } from './calls';
import type { Example } from './page';
import { Ids, plainText, readable } from './readable';

/** The platform that the examples run against, as its `connection.json` says. */
export interface Target {
  readonly api: string;
  readonly gateway: string;
  readonly application: { readonly id: string; readonly secret: string };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Time that the first workload may take to run, ms. */
const LIMIT_MS = 60_000;
const { clusterId, projectId } = EXAMPLES.inference;
const DATA_VOLUME = EXAMPLES.inference.spec.storage.dataVolume[0].id;

/** Runs every example and returns its readable request and response. Throws at the first unexpected response. */
export async function runExamples(target: Target): Promise<readonly Example[]> {
  const ids = new Ids([clusterId, DATA_VOLUME]);
  const { id, secret } = target.application;
  const shown = { grantType: 'app_token', AppId: 'local', AppSecret: '…' };
  const granted = await send(target.api, ROUTES.grant_token, '/api/v1/token', {
    ...shown,
    AppId: id,
    AppSecret: secret,
  });
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
  const second = await send(target.api, ROUTES.grant_token_v2, '/api/v2/token', form);
  const token = (JSON.parse(granted.text) as { accessToken: string }).accessToken;
  const examples: Example[] = [
    exampleOf('grant_token', '/api/v1/token', shown, granted, ids),
    exampleOf(
      'grant_token_v2',
      '/api/v2/token',
      { ...form, client_id: 'local', client_secret: 'its-secret' },
      second,
      ids,
    ),
  ];
  let made = await firstWorkload(target, token);
  for (const call of CALLS) {
    const address = addressOf(call, { ...made, ...call.params?.(made) });
    const answer = await send(target.api, ROUTES[call.operation], timed(address), call.body, token);
    if (answer.status >= 300)
      throw new Error(`${call.operation} ${address}: ${answer.status} ${answer.text}`);
    examples.push(exampleOf(call.operation, ids.replace(address), call.body, answer, ids));
    if (call.keep !== undefined) made = { ...made, ...call.keep(JSON.parse(answer.text)) };
    if (call.operation === 'delete_inference') await gone(target, made['made'] ?? '', token);
  }
  return examples;
}

function exampleOf(
  operation: Example['operation'],
  address: string,
  body: unknown,
  { status, text }: Answer,
  ids: Ids,
): Example {
  const { mediaType } = Object.values((ROUTES[operation] as Route).answers)[0] ?? {};
  const answer =
    text === ''
      ? undefined
      : mediaType === undefined
        ? readable(JSON.parse(text), ids)
        : plainText(text, ids);
  return {
    operation,
    address,
    status,
    ...(body === undefined ? {} : { body }),
    ...(answer === undefined ? {} : { answer }),
  };
}

const addressOf = ({ operation, query }: GuideCall, made: Made): string => {
  const path = ROUTES[operation].path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => {
    const value = made[name];
    if (value === undefined) throw new Error(`${operation}: nothing was kept for {${name}}`);
    return value;
  });
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
};

/** Puts the last five minutes in. */
const timed = (address: string): string =>
  address
    .replace('$START', new Date(Date.now() - 300_000).toISOString())
    .replace('$END', new Date(Date.now() + 1_000).toISOString());

async function send(
  api: string,
  route: Route,
  address: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  const isForm = route.bodyType === 'application/x-www-form-urlencoded';
  const response = await fetch(`${api}${address}`, {
    method: route.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isForm ? { 'content-type': route.bodyType } : {}),
    },
    ...(body === undefined
      ? {}
      : { body: isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** A workload that runs and was asked something, so that reads have something to show. */
async function firstWorkload({ api, gateway }: Target, token: string): Promise<Made> {
  const created = await send(
    api,
    ROUTES.create_inference1,
    ROUTES.create_inference1.path,
    { ...FIRST, name: 'chat' },
    token,
  );
  const { workloadId } = JSON.parse(created.text) as { workloadId: string };
  const read = async <T>(path: string): Promise<T> =>
    JSON.parse((await send(api, ROUTES.get_workload, path, undefined, token)).text) as T;
  await until(
    async () => (await read<{ phase: string }>(`/api/v1/workloads/${workloadId}`)).phase === 'Running',
  );
  for (let i = 0; i < 20; i += 1) await fetch(`${gateway}/project-1/chat/v1/models`);
  const { pods } = await read<{ pods: { id: string }[] }>(`/api/v1/workloads/${workloadId}/pods`);
  const measured = `/api/v1/workloads/${workloadId}/metrics?metricType=GPU_ALLOCATION&start=$START&end=$END`;
  const measures = `/api/v1/workloads/inferences/${workloadId}/metrics?metricType=THROUGHPUT,LATENCY&start=$START&end=$END`;
  for (const address of [measured, measures])
    await until(async () => allMeasured(await read(timed(address))));
  const path = `/api/v1/workloads/inferences/${workloadId}/revisions`;
  const { revisions } = await read<{ revisions: { id: string }[] }>(path);
  return {
    workloadId,
    podId: pods[0]?.id ?? '',
    revisionId: revisions[0]?.id ?? '',
    ...{ clusterId, projectId, datavolumeId: DATA_VOLUME },
  };
}

const allMeasured = ({
  measurements,
}: {
  measurements: readonly { values: readonly unknown[] }[];
}): boolean => measurements.every(({ values }) => values.length > 0);

/** Waits until the name is free again. */
const gone = ({ api }: Target, id: string, token: string): Promise<void> =>
  until(
    async () =>
      (await send(api, ROUTES.get_inference, `/api/v1/workloads/inferences/${id}`, undefined, token))
        .status === 404,
  );

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`timed out after ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
