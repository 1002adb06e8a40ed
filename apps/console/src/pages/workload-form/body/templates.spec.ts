import { checkCreation } from './check-body';
import { valueAt, withValue, type Body } from './body';
import { BEGIN, TEMPLATES, withTemplate } from './templates';

const NAMED: Body = {
  ...BEGIN,
  name: 'chat',
  projectId: '1',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
};

describe('a template', () => {
  it.each(TEMPLATES.map((template) => [template.name, template] as const))(
    'makes a request that the API takes: %s',
    (_name, template) => {
      expect(checkCreation(withTemplate(NAMED, template))).toEqual([]);
    },
  );

  it('keeps an image of one’s own, and replaces that of another template', () => {
    const [small, whole] = TEMPLATES;
    if (small === undefined || whole === undefined) throw new Error('no templates');
    const own = withValue(NAMED, 'spec.image', 'mine:1');
    expect(valueAt(withTemplate(own, whole), 'spec.image')).toBe('mine:1');
    expect(valueAt(withTemplate(own, whole), 'spec.compute')).toEqual(whole.spec['compute']);
    expect(valueAt(withTemplate(withTemplate(NAMED, small), whole), 'spec.args')).toBe(whole.spec['args']);
  });
});
