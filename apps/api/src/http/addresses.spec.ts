import { Addresses } from './addresses';

function served(...routes: readonly (readonly [method: string, url: string])[]): Addresses {
  const addresses = new Addresses();
  for (const [method, url] of routes) addresses.add(method, url);
  return addresses;
}

describe('the response for an address that is not served', () => {
  const addresses = served(
    ['GET', '/things/:thingId'],
    ['HEAD', '/things/:thingId'],
    ['PATCH', '/things/:thingId'],
    ['POST', '/things/special'],
    ['GET', '/files/*'],
    ['POST', '/things/:thingId/act::now'],
    ['GET', '/a.b'],
  );

  it.each([
    ['PUT', '/things/5', 'GET, PATCH'],
    ['PUT', '/things/5/?x=1', 'GET, PATCH'],
    ['GET', '/things/special', 'POST'],
    ['DELETE', '/files/a/b', 'GET'],
    ['GET', '/things/5/act:now', 'POST'],
  ])('%s %s is 405, with the methods of the best matching address', (method, url, allow) => {
    const refused = addresses.refusal(method, url);
    expect([refused.status, refused.headers]).toEqual([405, { allow }]);
    expect(refused.details).toBe(`${method} is not allowed here; use ${allow}`);
  });

  it.each(['/nowhere', '/things', '/things/5/6', '/axb'])('GET %s is 404', (url) =>
    expect(addresses.refusal('GET', url)).toMatchObject({ status: 404, details: `GET ${url}` }),
  );
});
