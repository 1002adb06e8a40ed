import { silentLogger } from '@tessera/platform-logging';
import { kubernetesApiContract } from '@tessera/testing-contract-suites';
import { create } from './operations/write';
import { knownResource } from './resources';
import { ApiServer } from './server';

const TOKEN = 'contract-token';

describe('the simulated Kubernetes API', () => {
  const api = new ApiServer({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    logger: silentLogger,
    historySize: 200,
  });
  afterAll(() => api.close());

  kubernetesApiContract(async () => {
    await api.listen('port');
    return {
      server: `http://127.0.0.1:${api.port}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      forgetPast: async () => {
        const secrets = knownResource('secrets');
        for (let count = 0; count < 400; count += 1) {
          const entry = create(api.context, secrets, 'default', { metadata: { generateName: 'a-' } });
          api.context.store.remove(secrets, entry);
        }
      },
    };
  });
});
