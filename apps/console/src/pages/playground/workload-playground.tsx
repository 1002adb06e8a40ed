import { useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { useSettings } from '../../api/settings';
import { useOperation } from '../../api/use-operation';
import { isWithin } from '../../gateway/origins';
import { Empty, Loaded, Problem, Waiting } from '../../components/layout/states';
import { Chat } from './chat';
import { Raw } from './raw';
import { useListedModels } from './use-listed-models';

type Workload = BodyOf<'get_workload'>;
type Spec = NonNullable<BodyOf<'get_inference'>['spec']>;

/** Says by which name a server knows its model, where that is not the name of the workload. */
const SERVED_MODEL = 'served-model-name';
const WAYS = [
  ['chat', 'Chat'],
  ['request', 'Request'],
] as const;
type Way = (typeof WAYS)[number][0];

/** Talks to a workload through the gateway, as the reader: a chat where it speaks OpenAI's API, else any request. */
export default function WorkloadPlayground({ workload }: { readonly workload: Workload }): ReactElement {
  const settings = useSettings();
  const query = useOperation('get_inference', { params: { workloadId: workload.id } });
  return (
    <Loaded query={settings}>
      {({ gateway: { origins } }) => (
        <Loaded query={query}>
          {({ spec }) => {
            const base = workload.urls?.find((url) => isWithin(url, origins));
            if (workload.deletedAt !== null)
              return <Empty title="The workload is deleted">Nothing answers any more.</Empty>;
            if (base === undefined) return <NoAddress workload={workload} origins={origins} />;
            if (spec?.servingPort?.protocol === 'grpc')
              return (
                <Empty title="It speaks gRPC">
                  A browser cannot call it; use a client of gRPC with the metadata{' '}
                  <code>
                    x-tessera-workload: {workload.projectName}/{workload.name}
                  </code>
                  .
                </Empty>
              );
            return <Ways workload={workload} spec={spec ?? {}} base={base} />;
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function NoAddress({
  workload: { urls = [] },
  origins,
}: {
  readonly workload: Workload;
  readonly origins: readonly string[];
}): ReactElement {
  const known = urls ?? [];
  if (known.length === 0)
    return (
      <Empty title="No address">
        It has no serving port, or its cluster has not reported its address yet.
      </Empty>
    );
  return (
    <Empty title="This page may not call it">
      It is served at {known.join(', ')}. The console calls the gateway at {origins.join(', ')} alone; that of
      another cluster is called with a client.
    </Empty>
  );
}

function Ways({
  workload,
  spec,
  base,
}: {
  readonly workload: Workload;
  readonly spec: Spec;
  readonly base: string;
}): ReactElement {
  const [chosen, setWay] = useState<Way>();
  const runs = workload.runningPods > 0;
  const { data: listed, error, refetch } = useListedModels(base, runs);
  if (runs && listed === undefined && error === null) return <Waiting lines={4} />;
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  const way = chosen ?? (listed === null ? 'request' : 'chat');
  return (
    <>
      <div className="bar between">
        <div className="choice" role="group" aria-label="How to talk to it">
          {WAYS.map(([value, label]) => (
            <button
              key={value}
              type="button"
              className="button"
              aria-pressed={way === value}
              onClick={() => setWay(value)}
            >
              {label}
            </button>
          ))}
        </div>
        <p className="small soft">{hintOf(runs, listed)}</p>
      </div>
      {way === 'chat' ? (
        <Chat
          target={{ base: `${base}v1`, model: listed?.[0] ?? nameAtServer(workload, spec), isAsleep: !runs }}
        />
      ) : (
        <Raw base={base} />
      )}
    </>
  );
}

function hintOf(runs: boolean, listed: readonly string[] | null | undefined): string {
  if (!runs) return 'No replica runs. What you send wakes one, and waits for it.';
  if (listed === null) return 'It lists no models at v1/models, so it does not seem to speak OpenAI’s API.';
  return `It speaks OpenAI’s API${(listed?.length ?? 0) > 0 ? ` and lists ${listed?.join(', ')}` : ''}.`;
}

const nameAtServer = ({ name }: Workload, { annotations }: Spec): string =>
  annotations?.find((one) => one?.name === SERVED_MODEL)?.value ?? name;
