import { connectionsOf } from './connections';

describe('the connections that a spec names', () => {
  it.each([
    ['nothing', {}, []],
    [
      'a port with its tool',
      { ports: [{ container: 9000, serviceType: 'NodePort', toolType: 'tensorboard', toolName: 'board' }] },
      [{ name: 'board', toolType: 'tensorboard', connectionType: 'NodePort' }],
    ],
    [
      'an exposed address and who may use it',
      {
        exposedUrls: [{ container: 9001, url: 'https://n.example', authorizedUsers: ['ada'], name: 'notes' }],
      },
      [
        {
          name: 'notes',
          toolType: 'other',
          connectionType: 'ExternalUrl',
          url: 'https://n.example',
          authorizedUsers: ['ada'],
        },
      ],
    ],
    [
      'a related address',
      { relatedUrls: [{ url: 'https://w.example', type: 'wandb' }] },
      [
        {
          name: 'https://w.example',
          toolType: 'wandb',
          connectionType: 'RelatedUrl',
          url: 'https://w.example',
        },
      ],
    ],
    [
      'nothing for an excluded one',
      {
        ports: [{ container: 1, exclude: true }],
        exposedUrls: [{ container: 1, exclude: true }, null],
        relatedUrls: [{ url: 'https://w.example', type: 'wandb', exclude: true }],
      },
      [],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(connectionsOf(spec)).toEqual(expected);
  });
});
