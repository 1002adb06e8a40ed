import type { Locator, Page } from 'playwright-core';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from './client';
import { ConsoleBrowser } from './console/console-browser';
import { LOOKS, show } from './console/looks';
import { lookAt } from './console/steps/looking';
import { IdentityProvider } from './identity/identity-provider';
import { Platform } from './platform';

jest.setTimeout(240_000);

/** A workload takes so long to answer for the first time on a busy machine, ms. */
const READY_MS = 60_000;
/** Within this time gateways receive what the API has answered, ms. */
const FEED_MS = 2_000;
const PARTS = ['keys', 'rules', 'applications', 'users', 'roles'];
/** Id of the project of the sample organisation. */
const LOCAL_PROJECT = '1';
const SMALL = { cpuCoreRequest: 0.1 };
const PROTECTED = { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } };
const CLIENT_ID = 'tessera-console';
const ADMIN = { email: 'ada@example.com' };
const READER = { email: 'bob@example.com', groups: ['readers'] };

describeWithService('chromium', 'access in the console', () => {
  let provider: IdentityProvider;
  let platform: Platform;
  let client: Client;
  let browser: ConsoleBrowser;
  let page: Page;
  const requested: string[] = [];

  beforeAll(async () => {
    provider = await IdentityProvider.start(CLIENT_ID);
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], {
      TESSERA_OIDC_ISSUERS: provider.url,
      TESSERA_CONSOLE_OIDC_CLIENTS: `${provider.url}|${CLIENT_ID}||Example`,
    });
    provider.redirectUris.add(`${platform.connection.api}/sign-in`);
    client = new Client(() => platform.connection);
    await client.create(workload('chat', SMALL, PROTECTED));
    browser = await ConsoleBrowser.open(platform.connection);
    page = browser.page;
    page.on('request', (request) => void requested.push(request.url()));
    await show(page, LOOKS[0]);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
    provider.stop();
  });

  /** What is wrong with the page that is shown, in each look, of which it also takes a picture. */
  const lookedAt = (view: string): Promise<readonly string[]> => lookAt(browser, view);

  const open = (path: string) => page.goto(`${platform.connection.api}${path}`);
  const dialog = (): Locator => page.getByRole('dialog');
  const row = (text: string): Locator => page.getByRole('row').filter({ hasText: text });
  const press = (name: string, within: Page | Locator = page): Promise<void> =>
    within.getByRole('button', { name, exact: true }).click();
  const link = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).click();
  /** The secret that the sheet shows under that name; the sheet is closed then. */
  async function kept(name: string): Promise<string> {
    await dialog().getByText('This is not shown again').waitFor();
    const secret = await dialog().locator(`dt:text-is("${name}") + dd code`).innerText();
    await press('I have kept it', dialog());
    await dialog().waitFor({ state: 'detached' });
    return secret;
  }

  async function signInLocally(): Promise<void> {
    const { application } = platform.connection;
    await page.getByLabel('Client id').fill(application.id);
    await page.getByLabel('Client secret').fill(application.secret);
    await press('Sign in');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  async function signOut(): Promise<void> {
    await press('Sign out');
    await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
  }

  const statusOf = async (secret: string): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${platform.connection.gateway}/project-1/chat/v1/models`, { headers })).status;
  };
  const becomes = (status: number, secret: string, withinMs = FEED_MS): Promise<void> =>
    eventually(async () => expect(await statusOf(secret)).toBe(status), withinMs);
  /** The browser reports every refusal in its console; nothing else may be there. */
  const forgive = (refusal: RegExp | undefined): void => {
    expect(browser.errors.splice(0).filter((text) => refusal?.test(text) !== true)).toEqual([]);
  };

  it('asks for a sign-in that can be read by everybody, with the provider first', async () => {
    await open('/access/keys');
    await page.getByRole('button', { name: 'Sign in with Example' }).waitFor();
    expect(await lookedAt('sign-in-by-provider')).toEqual([]);
    await signInLocally();
  });

  it('makes a key, which the gateway takes, and shows its secret once', async () => {
    await link('New key');
    await page.getByLabel('For whom').fill('nightly evaluation');
    await page.getByLabel('Requests a minute').fill('600');
    await page.getByRole('checkbox', { name: /^project-1/ }).check();
    expect(await lookedAt('access-new-key')).toEqual([]);
    await press('Make the key', dialog());
    await dialog().getByText('This is not shown again').waitFor();
    await page.keyboard.press('Escape');
    const secret = await kept('Key');
    expect(secret).toMatch(/^tsk-/);
    await row('nightly evaluation').getByText('600 requests/min').waitFor();
    expect(await page.content()).not.toContain(secret);
    await becomes(200, secret, READY_MS);
  });

  it('rotates a key, and revokes it after a question; the gateway follows within two seconds', async () => {
    await press('Rotate nightly evaluation');
    await press('Make a new secret', dialog());
    const secret = await kept('Key');
    await becomes(200, secret);
    await press('Revoke nightly evaluation');
    await dialog().getByText('for good').waitFor();
    const answered = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await press('Revoke', dialog());
    expect((await answered).status()).toBe(204);
    await becomes(401, secret);
    await row('nightly evaluation').getByText('Revoked').waitFor();
  });

  it('says in the words of the API why it makes no key', async () => {
    await link('New key');
    await page.getByLabel('For whom').fill('for nothing');
    await press('Make the key', dialog());
    const alert = dialog().getByRole('alert');
    expect(await alert.innerText()).toContain('name at least one project, or a workload in workloadIds');
    await press('Close', dialog());
    forgive(/status of 400/);
  });

  it('makes an application that signs in with the secret of the page, and ends its old secret', async () => {
    await link('Applications');
    await link('New application');
    await page.getByLabel('Name').fill('deployer');
    await press('Make the application', dialog());
    const first = await kept('Client secret');
    const tokenFor = async (secret: string): Promise<number> => {
      const body = { grantType: 'app_token', AppId: 'deployer', AppSecret: secret };
      return (await client.plain('POST', '/api/v1/token', body)).status;
    };
    expect(await tokenFor(first)).toBe(200);
    await press('New secret deployer');
    await press('New secret', dialog());
    const second = await kept('Client secret');
    expect([await tokenFor(first), await tokenFor(second)]).toEqual([400, 200]);
  });

  it('gives roles to people and groups of the provider, and takes one away', async () => {
    await open(`/access/rules?new&type=user&subject=${ADMIN.email}`);
    await dialog().getByLabel('Role', { exact: true }).selectOption('System administrator');
    await dialog().getByLabel('Scope', { exact: true }).selectOption('Tenant');
    await press('Give the role', dialog());
    await row(ADMIN.email).getByText('Whole tenant').waitFor();

    await open('/access/rules?new&type=group&subject=readers');
    await dialog().getByLabel('Project', { exact: true }).selectOption(LOCAL_PROJECT);
    await press('Give the role', dialog());
    await row('readers').getByText('project-1').waitFor();

    await open('/access/rules?new&type=app&subject=deployer');
    await press('Give the role', dialog());
    await press('Revoke Viewer of deployer');
    await press('Revoke', dialog());
    await row('deployer').waitFor({ state: 'detached' });
    const { body } = await client.call('GET', '/api/v1/authorization/access-rules');
    const given = body.accessRules.map(({ subjectId, roleName, scopeType }: Json) => [
      ...[subjectId, roleName, scopeType],
    ]);
    expect(given).toEqual(
      expect.arrayContaining([
        [ADMIN.email, 'System administrator', 'tenant'],
        ['readers', 'Viewer', 'project'],
      ]),
    );
    expect(given.flat()).not.toContain('deployer');
  });

  it('makes and deletes a user', async () => {
    await link('Users');
    await link('New user');
    await page.getByLabel('Email').fill('eve@example.com');
    await press('Make the user', dialog());
    expect(await kept('Password')).not.toBe('');
    await press('Delete eve@example.com');
    await press('Delete', dialog());
    await page.getByText('No users yet').waitFor();
  });

  it.each(PARTS)('has no serious fault for assistive technology, light, dark or narrow: %s', async (part) => {
    await open(`/access/${part}`);
    await page.locator('.tabs [aria-current]').waitFor();
    await eventually(async () => expect(await page.locator('.waiting').count()).toBe(0));
    expect(await lookedAt(`access-${part}`)).toEqual([]);
  });

  describe('signing in by the identity provider', () => {
    const begin = async (): Promise<void> => {
      await press('Sign in with Example');
      await page.getByRole('heading', { name: 'Hello' }).waitFor();
    };
    /** The session of the page began long ago and ends in so many ms. */
    const endIn = async (ms: number): Promise<void> => {
      await page.evaluate(`{
        const session = JSON.parse(sessionStorage.getItem('tessera.session'));
        const times = { beganAt: Date.now() - 3_600_000, expiresAt: Date.now() + ${ms} };
        sessionStorage.setItem('tessera.session', JSON.stringify({ ...session, ...times }));
      }`);
      await page.reload();
    };
    const alert = (text: string): Promise<void> => page.getByRole('alert').getByText(text).waitFor();

    it('leads back to where it was begun, without the code in the address or the history', async () => {
      await open('/access/roles');
      await signOut();
      provider.account = ADMIN;
      await begin();
      await link('Agree');
      await page.getByText(ADMIN.email).waitFor();
      expect(page.url()).toBe(`${platform.connection.api}/access/roles`);
      const code = requested.map((url) => new URL(url).searchParams.get('code')).find((one) => one !== null);
      await page.goBack();
      expect(code).toEqual(expect.any(String));
      expect(page.url()).not.toContain(code);
      await page.goForward();
      await page.getByText(ADMIN.email).waitFor();
    });

    it('keeps the token for the tab alone: not in an address, nor in any other storage', async () => {
      const keys = await page.evaluate('Object.keys(sessionStorage)');
      expect(keys).toEqual(['tessera.session']);
      const { token } = JSON.parse(
        await page.evaluate<string>("sessionStorage.getItem('tessera.session')"),
      ) as { readonly token: string };
      expect(requested.filter((url) => url.includes(token))).toEqual([]);
      const elsewhere = await page.evaluate<string>('JSON.stringify([localStorage, document.cookie, name])');
      expect(elsewhere).not.toContain(token);
      expect(provider.referrers.filter((url) => url.includes(platform.connection.api))).toEqual([]);
    });

    it('may call the token endpoint and the gateway, and nobody else', async () => {
      const policy = (await open('/'))?.headers()['content-security-policy'] ?? '';
      const origins = /connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ');
      expect(origins).toEqual(["'self'", platform.connection.gateway, provider.url]);
    });

    it('shows those who may only read a project nothing else', async () => {
      await open('/access');
      await signOut();
      provider.account = READER;
      await begin();
      await link('Agree');
      await page.getByText(READER.email).waitFor();
      const tabs = page.getByRole('navigation', { name: 'Parts of access' }).getByRole('link');
      await eventually(async () => expect(await tabs.allInnerTexts()).toEqual(['Serving keys', 'Roles']));
      await row('nightly evaluation').waitFor();
      expect(await page.getByRole('link', { name: 'New key' }).count()).toBe(0);
      expect(await page.getByRole('columnheader', { name: 'Actions' }).count()).toBe(0);
      await open('/access/users');
      await page.getByText('There is no such part').waitFor();
      await signOut();
    });

    it('says that it was declined, with the words of the provider', async () => {
      await begin();
      await link('Decline');
      await alert('Example did not let you in: you declined, or may not use the console.');
      await alert('The person declined.');
      expect(page.url()).toBe(`${platform.connection.api}/access/users`);
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });

    it.each([
      [
        'with another state',
        { state: 'forged' },
        'does not belong to the sign-in that was begun here',
        undefined,
      ],
      ['with another nonce', { nonce: 'forged' }, 'nonce', undefined],
      ['with a code that has ended', { codesEnd: true }, 'the code has ended', /status of 400/],
      ['that pages may not ask for tokens', { closed: true }, 'does not allow calls from', /CORS|ERR_FAILED/],
      ['with a token for somebody else', { audience: 'elsewhere' }, 'audience', /status of 401/],
    ])('is refused by an answer %s', async (_, manner, words, noise) => {
      provider.manner = manner;
      await begin();
      await link('Agree');
      await alert(words);
      provider.manner = {};
      expect(page.url()).not.toContain('code=');
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      forgive(noise);
    });

    it('is refused with another verifier than the one that it was begun with', async () => {
      await page.route(`${provider.url}/token`, (route, request) => {
        const body = new URLSearchParams(request.postData() ?? '');
        body.set('code_verifier', 'x'.repeat(43));
        return route.continue({ postData: body.toString() });
      });
      await begin();
      await link('Agree');
      await alert('the verifier does not match');
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      await page.unroute(`${provider.url}/token`);
      forgive(/status of 400/);
    });

    it('is not finished by a link of somebody else, whatever it says', async () => {
      await open('/sign-in?error=access_denied&error_description=Call+us&state=s');
      await alert('This sign-in was not begun in this tab');
      expect(await page.getByText('Call us').count()).toBe(0);
      await open('/sign-in?code=theirs&state=s');
      await alert('This sign-in was not begun in this tab');
      expect(page.url()).toBe(`${platform.connection.api}/`);
    });

    it('says before the session ends that it does, and renews it', async () => {
      provider.account = ADMIN;
      await open('/access/roles');
      await begin();
      await link('Agree');
      await page.getByText(ADMIN.email).waitFor();
      expect(await page.getByText('You are signed out in').count()).toBe(0);
      await endIn(60_000);
      await page.getByText('You are signed out in').waitFor();
      expect(await lookedAt('session-ends')).toEqual([]);
      await press('Sign in again');
      await link('Agree');
      await page.getByText(ADMIN.email).waitFor();
      await page.getByRole('heading', { name: 'Access' }).waitFor();
      expect(await page.getByText('You are signed out in').count()).toBe(0);
      expect(page.url()).toBe(`${platform.connection.api}/access/roles`);
    });

    it('ends with the token, and leaves nothing behind', async () => {
      await endIn(1_000);
      await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });

    it('asks for nothing once its time is over, even before anything on the page has noticed', async () => {
      await page.evaluate('sessionStorage.clear()');
      await page.clock.install();
      await open('/access/roles');
      await signInLocally();
      const withoutToken: string[] = [];
      page.on('request', (request) => {
        const isCall = request.url().startsWith(`${platform.connection.api}/api/`);
        if (isCall && request.headers()['authorization'] === undefined) withoutToken.push(request.url());
      });
      await page.clock.setFixedTime(Date.now() + 7 * 86_400_000);
      // Unless the page has left the session already.
      await page.evaluate(`document.querySelector('a[href="/access/keys"]')?.click()`);
      await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
      expect(withoutToken).toEqual([]);
    });
  });

  it('has asked nobody but the platform and the provider, and reported no error in the console', () => {
    const foreign = browser.foreign.filter((url) => !url.startsWith(`${provider.url}/`));
    expect([browser.errors, foreign]).toEqual([[], []]);
  });
});
