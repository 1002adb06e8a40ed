import { randomUUID } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { visibility, type AssetStore, type DataVolumeRecord } from '@tessera/application-control-plane';
import type { Action, Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { ASSETS } from '../providers';
import { toDataVolumeBody } from '../wire/assets';
import { objectName, projectOf, seenOne } from './project-asset';

/** Data volumes: claims of a project that workloads mount by an id. */
@Controller()
export class DataVolumesController {
  constructor(@Inject(ASSETS) private readonly store: AssetStore) {}

  @Operation('get_datavolumes')
  async list(_input: Input<'get_datavolumes'>, call: Call): Reply<'get_datavolumes'> {
    const volumes = await this.store.dataVolumes(visibility(principalOf(call), 'data-volumes'));
    return { status: 200, body: { datavolumes: volumes.map(toDataVolumeBody) } };
  }

  @Operation('create_datavolume')
  async create({ body }: Input<'create_datavolume'>, call: Call): Reply<'create_datavolume'> {
    const { name, description, originPvcName, shouldDeleteOriginalVolume, useOriginalVolume } = body;
    const project = projectOf(call, 'projectId', body.projectId, [
      ...objectName('originPvcName', originPvcName),
      ...(shouldDeleteOriginalVolume === true
        ? [{ field: 'shouldDeleteOriginalVolume', message: 'the claim stays; only false is possible' }]
        : []),
      ...(useOriginalVolume === false
        ? [{ field: 'useOriginalVolume', message: 'no copy is made; only true is possible' }]
        : []),
    ]);
    const created = await this.store.createDataVolume({
      id: randomUUID(),
      projectId: project.id,
      name,
      description: description ?? '',
      claimName: originPvcName,
      by: principalOf(call).name,
    });
    return { status: 201, body: toDataVolumeBody(orRefuse(created)) };
  }

  @Operation('get_datavolume')
  async get({ params }: Input<'get_datavolume'>, call: Call): Reply<'get_datavolume'> {
    return {
      status: 200,
      body: toDataVolumeBody(await this.volumeFor(call, 'read', params.datavolumeId)),
    };
  }

  @Operation('delete_datavolume')
  async delete({ params }: Input<'delete_datavolume'>, call: Call): Reply<'delete_datavolume'> {
    const { id } = await this.volumeFor(call, 'delete', params.datavolumeId);
    await this.store.deleteDataVolume(id);
    return { status: 204 };
  }

  private async volumeFor(call: Call, action: Action, id: string): Promise<DataVolumeRecord> {
    const seen = visibility(principalOf(call), 'data-volumes', action);
    return seenOne(seen, await this.store.dataVolumes(seen, id));
  }
}
