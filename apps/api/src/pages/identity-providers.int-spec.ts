import { foreignIssuer, type ForeignIssuer } from '@tessera/testing-services';
import { apiUnderTest, type ApiUnderTest } from '../testing/api-under-test';

describe('an API whose console signs people in by an identity provider', () => {
  let t: ApiUnderTest;
  let theirs: ForeignIssuer;
  beforeAll(async () => {
    theirs = await foreignIssuer();
    t = await apiUnderTest({
      TESSERA_OIDC_ISSUERS: `${theirs.url}|tessera-console`,
      TESSERA_CONSOLE_OIDC_CLIENTS: `${theirs.url}|tessera-console|openid groups|Example`,
    });
  });
  afterAll(async () => {
    await t.close();
    theirs.close();
  });

  it('shows everybody where people sign in, as the discovery document says', async () => {
    const { status, body } = await t.call('GET', '/console-settings.json', { token: null });
    expect([status, body.identityProviders]).toEqual([
      200,
      [
        {
          ...{ issuer: theirs.url, clientId: 'tessera-console', scope: 'openid groups', name: 'Example' },
          token: 'id_token',
          endpoints: {
            authorization: `${theirs.url}/authorize`,
            token: `${theirs.url}/token`,
            namesIssuer: false,
          },
        },
      ],
    ]);
  });

  it('serves the page that providers lead back to, without a word of it in a referrer', async () => {
    const answer = await fetch(`${t.url}/sign-in?code=c&state=s`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await answer.text()).not.toContain('code=c');
  });
});
