import { Controller, Inject } from '@nestjs/common';
import {
  changeModelAlias,
  createModelAlias,
  deleteModelAlias,
  findModelAlias,
  visibility,
  type ModelAliasDependencies,
  type ModelAliasRecord,
  type ModelAliasStore,
} from '@tessera/application-control-plane';
import type { Answer, Input } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { Operation } from '../http/operation';
import { next, sorting } from '../organisation/org-unit-query';

/** The store of model aliases, and what making one needs. */
export interface ModelAliases extends ModelAliasDependencies {
  readonly aliases: ModelAliasStore;
}
/** Injection token of {@link ModelAliases}. */
export const MODEL_ALIASES = Symbol('model aliases');

/** Model names that stand for workloads. */
@Controller()
export class ModelAliasesController {
  constructor(@Inject(MODEL_ALIASES) private readonly models: ModelAliases) {}

  @Operation('get_model_aliases')
  async list({ query }: Input<'get_model_aliases'>, call: Call): Reply<'get_model_aliases'> {
    const seen = visibility(principalOf(call), 'inferences');
    const wanted = { seen, projectIds: query.projectId, search: query.search };
    const page = await this.models.aliases.aliases(wanted, sorting(query), query);
    return { status: 200, body: { modelAliases: page.items.map(bodyOf), ...next(page) } };
  }

  @Operation('create_model_alias')
  async create({ body }: Input<'create_model_alias'>, call: Call): Reply<'create_model_alias'> {
    const alias = orDecline(await createModelAlias(this.models, body, principalOf(call)));
    return { status: 201, body: bodyOf(alias) };
  }

  @Operation('get_model_alias')
  async get({ params }: Input<'get_model_alias'>, call: Call): Reply<'get_model_alias'> {
    const found = await findModelAlias(this.models.aliases, params.aliasId, principalOf(call));
    return { status: 200, body: bodyOf(orDecline(found)) };
  }

  @Operation('change_model_alias')
  async change({ params, body }: Input<'change_model_alias'>, call: Call): Reply<'change_model_alias'> {
    const changed = await changeModelAlias(this.models, params.aliasId, body, principalOf(call));
    return { status: 200, body: bodyOf(orDecline(changed)) };
  }

  @Operation('delete_model_alias')
  async remove({ params }: Input<'delete_model_alias'>, call: Call): Reply<'delete_model_alias'> {
    orDecline(await deleteModelAlias(this.models, params.aliasId, principalOf(call)));
    return { status: 204 };
  }
}

const bodyOf = (alias: ModelAliasRecord): Answer<'get_model_alias'>['body'] => ({
  id: alias.id,
  name: alias.name,
  ...maybe('projectId', alias.scope?.projectId),
  ...maybe('projectName', alias.scope?.projectName),
  targets: alias.targets.map((one) => ({ ...one })),
  fallbacks: alias.fallbacks.map((one) => ({ ...one })),
  ...maybe('waitSeconds', alias.waitSeconds),
  createdAt: alias.createdAt,
  createdBy: alias.createdBy,
  updatedAt: alias.updatedAt,
  updatedBy: alias.updatedBy,
});
