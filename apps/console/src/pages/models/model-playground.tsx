import type { ReactElement } from 'react';
import { Link, useSearch } from 'wouter';
import { useSettings } from '../../api/settings';
import { useModels } from '../../gateway/use-models';
import { Empty, Loaded } from '../../components/layout/states';
import { Chat } from '../playground/chat';
import { GatewayProblem } from './gateway-problem';
import './models.css';
import { ModelState } from './model-state';

/** A chat with the model that the address names, at the endpoint for all models. */
export default function ModelPlayground(): ReactElement {
  const name = new URLSearchParams(useSearch()).get('model') ?? '';
  const settings = useSettings();
  const { data: models, error, refetch } = useModels();
  const model = models?.find(({ id }) => id === name);
  return (
    <>
      <div className="title">
        <div>
          <h1>{name}</h1>
          <Link href="/models">All models</Link>
        </div>
        {model === undefined ? null : <ModelState state={model.state} />}
      </div>
      {error === null ? null : <GatewayProblem error={error} retry={() => void refetch()} />}
      {models === undefined || model !== undefined ? null : (
        <Empty title="The gateway does not list this model to you">
          It may be new: gateways follow within 2 s. <Link href="/models">See what you may call</Link>.
        </Empty>
      )}
      <Loaded query={settings}>
        {({ gateway }) => (
          <Chat
            target={{
              base: gateway.models,
              model: name,
              isAsleep: model !== undefined && model.state !== 'ready',
            }}
          />
        )}
      </Loaded>
    </>
  );
}
