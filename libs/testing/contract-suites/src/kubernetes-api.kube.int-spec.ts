import { KubeConfig } from '@kubernetes/client-node';
import { describeWithService, testKubernetes, type TestKubernetes } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { kubernetesApiContract } from './kubernetes-api';

jest.setTimeout(90_000);

describeWithService('kubernetes', 'the Kubernetes API as we expect it, on a real server', () => {
  let server: TestKubernetes;
  beforeAll(async () => {
    server = await testKubernetes();
  }, SERVICE_START_MS);
  afterAll(() => server.remove(), SERVICE_START_MS);

  kubernetesApiContract(async () => {
    const config = new KubeConfig();
    config.loadFromFile(server.kubeconfigPath);
    const options: { headers?: Record<string, string>; ca?: string; cert?: string; key?: string } = {};
    await config.applyToHTTPSOptions(options as never);
    const { headers = {}, ca, cert, key } = options;
    const forgetPast = async (): Promise<void> => {
      await server.stop();
      await server.startAgain();
    };
    const pem = (name: string, value: unknown) => (value === undefined ? {} : { [name]: String(value) });
    return {
      server: server.url,
      headers,
      ...pem('ca', ca),
      ...pem('cert', cert),
      ...pem('key', key),
      forgetPast,
    };
  });
});
