import type { KubernetesObject } from '@kubernetes/client-node';
import type { KubernetesConnection } from '../api/connection';
import { isAlreadyExists, isInvalid, isNotFound } from '../api/errors';
import type { ObjectCache } from '../view/object-cache';
import type { OwnedObjectWire } from '../view/trimmed-object';
import { isGone } from './lost-answer';

type Wanted = KubernetesObject & { readonly metadata?: { readonly name?: string } };

/** Writes single objects, while we hold the lease. */
export class ObjectWriter {
  constructor(
    private readonly connection: KubernetesConnection,
    private readonly cache: ObjectCache,
    /** Throws a `NotLeadingError` once another process may hold the lease. */
    private readonly demandLead: () => void,
  ) {}

  /** Creates the object, or corrects the existing one; returns it as the server stores it. */
  async ensure(path: string, wanted: Wanted, presenceOnly: boolean): Promise<OwnedObjectWire> {
    const made = (await this.create(path, wanted)) as OwnedObjectWire | undefined;
    const at = `${path}/${wanted.metadata?.name ?? ''}`;
    const object =
      made ??
      (presenceOnly
        ? await this.connection.request<OwnedObjectWire>('GET', at)
        : await this.correct(path, at, wanted));
    this.cache.observe(path, object, presenceOnly ? undefined : wanted);
    return object;
  }

  /** Undefined if an object of that name already exists. */
  async create(path: string, body: object): Promise<unknown> {
    this.demandLead();
    try {
      return await this.connection.request('POST', path, { body });
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      throw error;
    }
  }

  /** Deletes the object; one that is gone already, or has another uid, is no error. */
  async remove(path: string, body?: object): Promise<void> {
    this.demandLead();
    try {
      await this.connection.request('DELETE', path, body === undefined ? {} : { body });
    } catch (error) {
      if (!isNotFound(error) && !isGone(error)) throw error;
    }
  }

  private async correct(path: string, at: string, wanted: Wanted): Promise<OwnedObjectWire> {
    try {
      return await this.connection.request<OwnedObjectWire>('PATCH', at, {
        body: wanted,
        contentType: 'application/merge-patch+json',
      });
    } catch (error) {
      if (!isInvalid(error) || !isHeadless(wanted)) throw error;
      const found = await this.connection.request<OwnedObjectWire>('GET', at);
      if (isHeadless(found)) throw error;
      // The cluster IP of a Service cannot be removed: the Service is replaced.
      await this.remove(at, { preconditions: { uid: found.metadata?.uid } });
      return (await this.connection.request('POST', path, { body: wanted })) as OwnedObjectWire;
    }
  }
}

const isHeadless = (object: object): boolean =>
  (object as { readonly spec?: { readonly clusterIP?: string } }).spec?.clusterIP === 'None';
