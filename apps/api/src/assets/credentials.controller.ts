import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import type { Call, Reply } from '../http/call';
import { Operation } from '../http/operation';
import { Credentials } from './credentials';

/** Credentials: Secrets of a project that workloads refer to by id or name. The API stores only their names. */
@Controller()
export class CredentialsController {
  constructor(private readonly credentials: Credentials) {}

  @Operation('list_credentials_assets')
  listAll(_input: Input<'list_credentials_assets'>, call: Call): Reply<'list_credentials_assets'> {
    return this.credentials.list(call);
  }

  @Operation('list_access_keys')
  listAccessKeys(_input: Input<'list_access_keys'>, call: Call): Reply<'list_access_keys'> {
    return this.credentials.list(call, 'access-key');
  }

  @Operation('create_access_key')
  createAccessKey({ body }: Input<'create_access_key'>, call: Call): Reply<'create_access_key'> {
    return this.credentials.create('access-key', body, call);
  }

  @Operation('get_access_key_by_id')
  getAccessKey({ params }: Input<'get_access_key_by_id'>, call: Call): Reply<'get_access_key_by_id'> {
    return this.credentials.get('access-key', params.accessKeyId, call);
  }

  @Operation('delete_access_key')
  deleteAccessKey({ params }: Input<'delete_access_key'>, call: Call): Reply<'delete_access_key'> {
    return this.credentials.delete('access-key', params.accessKeyId, call);
  }

  @Operation('list_passwords')
  listPasswords(_input: Input<'list_passwords'>, call: Call): Reply<'list_passwords'> {
    return this.credentials.list(call, 'password');
  }

  @Operation('create_password')
  createPassword({ body }: Input<'create_password'>, call: Call): Reply<'create_password'> {
    return this.credentials.create('password', body, call);
  }

  @Operation('get_password_by_id')
  getPassword({ params }: Input<'get_password_by_id'>, call: Call): Reply<'get_password_by_id'> {
    return this.credentials.get('password', params.passwordId, call);
  }

  @Operation('delete_password')
  deletePassword({ params }: Input<'delete_password'>, call: Call): Reply<'delete_password'> {
    return this.credentials.delete('password', params.passwordId, call);
  }

  @Operation('list_docker_registries')
  listDockerRegistries(_input: Input<'list_docker_registries'>, call: Call): Reply<'list_docker_registries'> {
    return this.credentials.list(call, 'docker-registry');
  }

  @Operation('create_docker_registry')
  createDockerRegistry(
    { body }: Input<'create_docker_registry'>,
    call: Call,
  ): Reply<'create_docker_registry'> {
    return this.credentials.create('docker-registry', body, call);
  }

  @Operation('get_docker_registry_by_id')
  getDockerRegistry(
    { params }: Input<'get_docker_registry_by_id'>,
    call: Call,
  ): Reply<'get_docker_registry_by_id'> {
    return this.credentials.get('docker-registry', params.dockerRegistryId, call);
  }

  @Operation('delete_docker_registry')
  deleteDockerRegistry(
    { params }: Input<'delete_docker_registry'>,
    call: Call,
  ): Reply<'delete_docker_registry'> {
    return this.credentials.delete('docker-registry', params.dockerRegistryId, call);
  }

  @Operation('list_generic_secret')
  listGenericSecrets(_input: Input<'list_generic_secret'>, call: Call): Reply<'list_generic_secret'> {
    return this.credentials.list(call, 'generic-secret');
  }

  @Operation('create_generic_secret')
  createGenericSecret({ body }: Input<'create_generic_secret'>, call: Call): Reply<'create_generic_secret'> {
    return this.credentials.create('generic-secret', body, call);
  }

  @Operation('get_generic_secret_by_id')
  getGenericSecret(
    { params }: Input<'get_generic_secret_by_id'>,
    call: Call,
  ): Reply<'get_generic_secret_by_id'> {
    return this.credentials.get('generic-secret', params.genericSecretId, call);
  }

  @Operation('delete_generic_secret')
  deleteGenericSecret(
    { params }: Input<'delete_generic_secret'>,
    call: Call,
  ): Reply<'delete_generic_secret'> {
    return this.credentials.delete('generic-secret', params.genericSecretId, call);
  }
}
