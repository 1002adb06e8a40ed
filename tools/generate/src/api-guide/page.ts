import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';

/** One example as it was run. */
export interface Example {
  readonly operation: OperationId;
  readonly address: string;
  readonly body?: unknown;
  readonly status: number;
  /** Undefined where the answer has no body. */
  readonly answer?: unknown;
}

const RIGHTS: Readonly<Record<string, string>> = { public: 'no token needed', authenticated: 'any token' };

/** The guide: its introduction, then every operation with one complete example, by the groups of the document. */
export function guidePage(introduction: string, examples: readonly Example[]): string {
  const tags = [...new Set(Object.values(ROUTES).map(({ tag }) => tag))];
  const sections = tags.map((tag) =>
    [
      `## ${tag}`,
      ...examples.filter(({ operation }) => ROUTES[operation].tag === tag).map((example) => section(example)),
    ].join('\n\n'),
  );
  return `${[introduction.trim(), ...sections].join('\n\n')}\n`;
}

function section(example: Example): string {
  const route: Route = ROUTES[example.operation];
  const { permission } = route;
  const right =
    permission.kind === 'right'
      ? `right \`${permission.action}\` on \`${permission.resource}\``
      : RIGHTS[permission.kind];
  return [
    `### ${route.summary.replace(/\.$/, '')}`,
    `\`${route.method} ${route.path}\` (${right})${route.description === undefined ? '' : `: ${route.description}`}`,
    fenced('sh', command(route, example)),
    `Answer ${example.status}${example.answer === undefined ? ', without a body.' : ':'}`,
    ...(example.answer === undefined ? [] : [answerBlock(example.answer)]),
  ].join('\n\n');
}

const answerBlock = (answer: unknown): string =>
  typeof answer === 'string'
    ? fenced('text', answer.trimEnd())
    : fenced('json', JSON.stringify(answer, undefined, 2));

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

function command({ method, permission, bodyType }: Route, { address, body }: Example): string {
  const parts = [
    ...(method === 'GET' || (method === 'POST' && body !== undefined) ? [] : [`-X ${method}`]),
    `"$API${address}"`,
    ...(permission.kind === 'public' ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body === undefined ? [] : [`-d '${bodyText(body, bodyType)}'`]),
  ];
  return `curl -s ${parts.join(' ')}`;
}

const bodyText = (body: unknown, type: Route['bodyType']): string =>
  type === 'application/x-www-form-urlencoded'
    ? new URLSearchParams(body as Record<string, string>).toString()
    : JSON.stringify(body, undefined, 2).replaceAll("'", "'\\''");
