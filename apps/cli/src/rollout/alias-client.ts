import type { z } from 'zod';
import { fillPath } from '@tessera/contracts-internal';
import { ROUTES } from '@tessera/contracts-rest';
import { CommandError, EXIT } from '../ends';
import type { AliasTarget } from './rollout';

const READ = ROUTES.get_model_alias;
const CHANGE = ROUTES.change_model_alias;
const PROJECT = ROUTES.get_project;

/** What a rollout needs of an alias and of a project; other fields may have been added since this release. */
const ALIAS = READ.answers[200].schema.pick({
  name: true,
  targets: true,
  fallbacks: true,
  waitSeconds: true,
});
const NAMED_PROJECT = PROJECT.answers[200].schema.pick({ name: true });
export type ShownAlias = Readonly<z.output<typeof ALIAS>>;

/** Reads and changes one model alias by the API. */
export class AliasClient {
  constructor(
    private readonly api: string,
    private readonly token: string,
    private readonly id: string,
  ) {}

  read(): Promise<ShownAlias> {
    return this.call(READ.method, fillPath(READ.path, { aliasId: this.id }), ALIAS);
  }

  async write({
    targets,
    fallbacks,
    waitSeconds,
  }: Pick<ShownAlias, 'fallbacks' | 'waitSeconds'> & {
    readonly targets: readonly AliasTarget[];
  }): Promise<void> {
    const path = fillPath(CHANGE.path, { aliasId: this.id });
    await this.call(CHANGE.method, path, ALIAS, { targets, fallbacks, waitSeconds });
  }

  async projectName(projectId: string): Promise<string> {
    return (await this.call(PROJECT.method, fillPath(PROJECT.path, { projectId }), NAMED_PROJECT)).name;
  }

  private async call<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const answer = await fetch(new URL(path, this.api), {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const code = answer.status === 404 ? EXIT.notFound : EXIT.failed;
      throw new CommandError(`${method} ${path}: ${answer.status} ${text}`, code);
    }
    const { data } = schema.safeParse(jsonOf(text));
    if (data === undefined)
      throw new CommandError(
        `${method} ${path}: the answer is not that of the API; does --api name it?`,
        EXIT.failed,
      );
    return data;
  }
}

/** The value; undefined for text that is not JSON, such as the page of a proxy. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
