import type { Connection } from './home/connection';
import type { ExternalServices } from './services';

/** The screen printed once the local platform is ready. */
export function screen(
  connection: Connection,
  external: ExternalServices,
  home: string,
  seconds: number,
  image: string,
): string {
  const { api, gateway, metrics, scheduler, kubernetes, application } = connection;
  const line = (name: keyof ExternalServices, label: string): string =>
    `  ${label.padEnd(12)}${external[name].kind.padEnd(10)}${external[name].why}`;
  return `
Tessera is ready (${seconds.toFixed(1)} s)

  console     ${api}/#id=${application.id}&secret=${application.secret}
  API         ${api}
  API page    ${api}/docs#id=${application.id}&secret=${application.secret}
  gateway     ${gateway}
  metrics     ${metrics}
  scheduler   ${scheduler}
  Kubernetes  ${kubernetes}   export KUBECONFIG=${connection.kubeconfig}
  database    ${redact(connection.databaseUrl)}
  Kafka       ${connection.kafkaBrokers ?? 'none'}
  Prometheus  ${connection.prometheusUrl ?? 'none'}
${boards(connection)}
External services
${line('postgres', 'Postgres')}
${line('kafka', 'Kafka')}
${line('kubernetes', 'Kubernetes')}
${line('prometheus', 'Prometheus')}

Application   id ${application.id}   secret ${application.secret}
Logs          ${home}/logs           all addresses and credentials, for scripts: ${home}/connection.json

Try it: get a token, create a workload, list workloads, send it a request
  TOKEN=$(curl -s ${api}/api/v1/token -d '{"grantType":"app_token","AppId":"${application.id}","AppSecret":"${application.secret}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
  curl -s ${api}/api/v1/workloads/inferences -H "Authorization: Bearer $TOKEN" -d '{"name":"first","projectId":"1","clusterId":"71f69d83-ba66-4822-adf5-55ce55efd210","spec":{"image":"${image}","compute":{"gpuDevicesRequest":1,"gpuRequestType":"portion","gpuPortionRequest":0.5},"servingPort":{"container":8000}}}'
  curl -s ${api}/api/v1/workloads -H "Authorization: Bearer $TOKEN"
  curl -s ${gateway}/project-1/first/v1/models

Ctrl-C stops all processes in order. The data stays in ${home}; \`npm start -- --reset\` deletes it.
`;
}

/** Where the boards are, where there is a Prometheus for them. */
const boards = ({ prometheusUrl }: Connection): string =>
  prometheusUrl === null
    ? ''
    : `  boards      npm run boards -- --prometheus ${prometheusUrl}   for Grafana: deploy/helm/tessera/files/boards
`;

const redact = (url: string): string => url.replace(/:[^:@/]+@/, ':…@');
