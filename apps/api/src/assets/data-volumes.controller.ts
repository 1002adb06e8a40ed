import { Controller, Inject } from '@nestjs/common';
import { createDataVolume, findDataVolume, visibility } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { Operation } from '../http/operation';
import { toDataVolumeBody } from './asset-body';
import type { Assets } from './credentials';

/** Injection token of {@link Assets}. */
export const ASSET_DEPENDENCIES = Symbol('dependencies of assets');

/** Data volumes: claims of a project that workloads mount by an id. */
@Controller()
export class DataVolumesController {
  constructor(@Inject(ASSET_DEPENDENCIES) private readonly assets: Assets) {}

  @Operation('get_datavolumes')
  async list(_input: Input<'get_datavolumes'>, call: Call): Reply<'get_datavolumes'> {
    const seen = visibility(principalOf(call), 'data-volumes');
    const volumes = await this.assets.store.dataVolumes(seen);
    return { status: 200, body: { datavolumes: volumes.map(toDataVolumeBody) } };
  }

  @Operation('create_datavolume')
  async create({ body }: Input<'create_datavolume'>, call: Call): Reply<'create_datavolume'> {
    const request = {
      name: body.name,
      description: body.description ?? '',
      claimName: body.originPvcName,
      projectOfAsset: { id: body.projectId, project: call.project },
      deletesClaim: body.shouldDeleteOriginalVolume === true,
      usesClaim: body.useOriginalVolume !== false,
    };
    const created = await createDataVolume(this.assets, request, principalOf(call));
    return { status: 201, body: toDataVolumeBody(orDecline(created)) };
  }

  @Operation('get_datavolume')
  async get({ params }: Input<'get_datavolume'>, call: Call): Reply<'get_datavolume'> {
    const found = await findDataVolume(this.assets.store, params.datavolumeId, 'read', principalOf(call));
    return { status: 200, body: toDataVolumeBody(orDecline(found)) };
  }

  @Operation('delete_datavolume')
  async delete({ params }: Input<'delete_datavolume'>, call: Call): Reply<'delete_datavolume'> {
    const found = await findDataVolume(this.assets.store, params.datavolumeId, 'delete', principalOf(call));
    await this.assets.store.deleteDataVolume(orDecline(found).id);
    return { status: 204 };
  }
}
