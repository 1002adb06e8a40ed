import { pageName, placeKey, placesFor } from './places';

const place = (title: string) => ({ title, kind: 'Page', href: `/${title}` });
const PLACES = ['Cluster map', 'Usage and cost', 'Workloads', 'A cluster'].map(place);
const titles = (text: string): readonly string[] => placesFor(text, PLACES).map(({ title }) => title);

it.each([
  ['', ['Cluster map', 'Usage and cost', 'Workloads', 'A cluster']],
  ['cl', ['Cluster map', 'A cluster']],
  ['COST us', ['Usage and cost']],
  ['  work ', ['Workloads']],
  ['nothing', []],
])('the places for "%s"', (text, found) => {
  expect(titles(text)).toEqual(found);
});

it.each([
  ['/', '/'],
  ['/workloads', '/workloads'],
  ['/workloads/a', '/workloads/a'],
  ['/workloads/a/pods', '/workloads/a'],
])('%s is the place %s', (location, key) => {
  expect(placeKey(location)).toBe(key);
});

it.each([
  ['/', 'Overview'],
  ['/nodes', 'Nodes'],
  ['/nodes/c/n', 'Nodes'],
  ['/nodeslike', undefined],
])('the page at %s is %s', (location, name) => {
  expect(
    pageName(
      [
        ['/', 'Overview'],
        ['/nodes', 'Nodes'],
      ],
      location,
    ),
  ).toBe(name);
});
