import { readFile } from 'node:fs/promises';
import { maybe } from '@tessera/kernel';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import type { Kubeconfig } from './kubeconfig';

/** Limit for headers and for the body of an answer, ms. */
const ANSWER_LIMIT_MS = 5_000;

/**
 * The object at an API path, read with the rights of a kubeconfig that {@link kubeconfig} wrote: one cluster and one
 * user with a token. Throws when the server does not answer 200.
 */
export async function getObject<T>(kubeconfigPath: string, path: string): Promise<T> {
  const { clusters, users } = parse(await readFile(kubeconfigPath, 'utf8')) as Kubeconfig;
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const ca = Buffer.from(authority, 'base64').toString('utf8');
  return JSON.parse(await get(`${server}${path}`, { ca, token: users[0].user.token })) as T;
}

/** The answer of a server that checks a token; throws unless it is 200. Without `access` a plain GET. */
export async function get(
  url: string,
  access?: { readonly ca: string; readonly token: string },
): Promise<string> {
  const agent = new Agent({
    headersTimeout: ANSWER_LIMIT_MS,
    bodyTimeout: ANSWER_LIMIT_MS,
    ...(access && { connect: { ca: access.ca } }),
  });
  try {
    const headers = access && { authorization: `Bearer ${access.token}` };
    const { statusCode, body } = await request(url, { dispatcher: agent, ...maybe('headers', headers) });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${url} answers ${statusCode}: ${text}`);
    return text;
  } finally {
    await agent.destroy();
  }
}
