import { maybe } from '@tessera/kernel';
import { MIG_MANAGER } from './labels';
import { nextStep } from './next-step';
import { refusalOf } from './refusals';
import {
  isInProgress,
  type NodeToRepartition,
  type Repartition,
  type RepartitionTiming,
} from './repartition';

const TIMING: RepartitionTiming = {
  drainMs: 60_000,
  stuckMs: 5_000,
  limitMs: 20_000,
  awayMs: 1_000,
  attempts: 2,
};
const DEPLOY = `${MIG_MANAGER.deploy}device-plugin`;
const DEVICE = { model: 'NVIDIA-A100-SXM4-40GB', memoryMiB: 40_960 };

/** A node with the mig-manager of a specification: `applies` says what it does when the label changes. */
class Fixture {
  now = 1_000_000;
  labels: Record<string, string> = {
    [MIG_MANAGER.manager]: 'true',
    [MIG_MANAGER.config]: 'all-disabled',
    [MIG_MANAGER.state]: 'success',
    [MIG_MANAGER.strategy]: 'mixed',
    [MIG_MANAGER.product]: DEVICE.model,
    [DEPLOY]: 'true',
  };
  cordoned = false;
  offered: Record<string, number> = {};
  asked: string | undefined;
  change: Repartition | undefined;
  ours: NodeToRepartition['ours'] = [];
  foreign: readonly string[] = [];
  applies: (config: string) => void = (config) => this.succeeds(config);
  readonly phases: string[] = [];

  get node(): NodeToRepartition {
    const { labels, cordoned, offered, asked, change, ours, foreign } = this;
    return {
      labels,
      cordoned,
      offered,
      device: DEVICE,
      ours,
      foreign,
      ...maybe('asked', asked),
      ...maybe('change', change),
    };
  }

  succeeds(config: string): void {
    this.says('success', 'true');
    this.offered = config === 'all-disabled' ? { '1g.5gb': 0 } : { [config.replace('all-', '')]: 7 };
  }

  says(state: string, parts: string): void {
    this.labels = { ...this.labels, [MIG_MANAGER.state]: state, [DEPLOY]: parts };
  }

  readonly wedges = (): void => this.says('pending', MIG_MANAGER.paused);

  /** One step; false where there was nothing to do. */
  step(): boolean {
    const { patch } = nextStep(this.node, TIMING, this.now);
    if (patch === undefined) return false;
    const labels = new Map(Object.entries(this.labels));
    for (const [name, value] of Object.entries(patch.labels))
      if (value === null) labels.delete(name);
      else labels.set(name, value);
    this.labels = Object.fromEntries(labels);
    this.cordoned = patch.cordoned ?? this.cordoned;
    this.change = patch.change ?? undefined;
    if (patch.change?.phase !== this.phases.at(-1)) this.phases.push(patch.change?.phase ?? 'none');
    const config = patch.labels[MIG_MANAGER.config];
    if (typeof config === 'string') this.applies(config);
    return true;
  }

  /** Looks once a second for so long. */
  run(ms: number): this {
    for (const end = this.now + ms; this.now <= end; this.now += 1_000) while (this.step());
    return this;
  }
}

const asking = (config: string, prepare: (fixture: Fixture) => void = () => undefined): Fixture => {
  const fixture = new Fixture();
  fixture.asked = config;
  prepare(fixture);
  return fixture;
};

describe('a change of MIG geometry', () => {
  it('cordons, waits until the node is free, sets the label, watches, and uncordons', () => {
    const fixture = asking('all-1g.5gb', (s) => {
      s.ours = [{ name: 'chat-0', stays: 'it fits on no other node' }];
    });
    fixture.run(3_000);
    expect([fixture.cordoned, fixture.labels[MIG_MANAGER.config]]).toEqual([true, 'all-disabled']);
    expect(fixture.change?.message).toBe('Waiting for 1 pod to leave: chat-0 (it fits on no other node)');
    fixture.ours = [];
    fixture.run(3_000);
    expect(fixture.phases).toEqual(['Draining', 'Applying', 'Succeeded']);
    expect([fixture.cordoned, fixture.labels[MIG_MANAGER.config]]).toEqual([false, 'all-1g.5gb']);
    expect(fixture.step()).toBe(false);
  });

  it('does not take the state of an earlier change for that of this one', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.applies = () => undefined));
    fixture.run(2_000);
    expect([fixture.change?.phase, fixture.labels[MIG_MANAGER.state]]).toEqual(['Applying', undefined]);
  });

  it('waits until the node shows the configuration after mig-manager reports success', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.applies = () => s.says('success', 'true')));
    fixture.run(10_000);
    expect(fixture.change).toMatchObject({
      phase: 'Applying',
      message: expect.stringContaining('does not show it yet'),
    });
    fixture.offered = { '1g.5gb': 7 };
    fixture.run(1_000);
    expect(fixture.change?.phase).toBe('Succeeded');
  });

  it('does not uncordon a node that it did not cordon', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.cordoned = true)).run(3_000);
    expect([fixture.change?.phase, fixture.cordoned]).toEqual(['Succeeded', true]);
  });

  it('does nothing where the node has the configuration', () => {
    const fixture = asking('all-disabled', (s) => (s.foreign = ['a/b'])).run(1_000);
    expect([fixture.phases, fixture.cordoned]).toEqual([['Succeeded'], false]);
  });

  it('recovers a stuck mig-manager by setting another configuration and back', () => {
    const applied: string[] = [];
    const fixture = asking('all-1g.5gb', (s) => {
      s.applies = (config) => {
        applied.push(config);
        if (applied.length === 1) s.wedges();
        else s.succeeds(config);
      };
    }).run(15_000);
    expect(applied).toEqual(['all-1g.5gb', 'all-disabled', 'all-1g.5gb']);
    expect(fixture.phases).toEqual(['Draining', 'Applying', 'Recovering', 'Applying', 'Succeeded']);
    expect([fixture.labels[DEPLOY], fixture.cordoned]).toEqual(['true', false]);
  });

  it('restores the paused components, and gives up after its attempts with the node cordoned', () => {
    const restored: (string | undefined)[] = [];
    const fixture = asking('all-1g.5gb', (s) => {
      s.labels[DEPLOY] = 'by-hand';
      s.applies = () => {
        restored.push(s.labels[DEPLOY]);
        s.wedges();
      };
    }).run(60_000);
    // Asked, then two attempts of away and back: each finds the label as it was, not as the wedge left it.
    expect(restored).toEqual(Array.from({ length: 5 }, () => 'by-hand'));
    expect(fixture.change).toMatchObject({ phase: 'Failed', attempts: 2, cordoned: true });
    expect(fixture.change?.message).toMatch(
      /paused, after 2 attempts to recover it\. The node stays cordoned\.$/,
    );
    expect(fixture.cordoned).toBe(true);
  });

  it('rolls back to the previous configuration where mig-manager fails, and uncordons the node', () => {
    const fixture = asking('all-1g.5gb', (s) => {
      s.applies = (config) => (config === 'all-1g.5gb' ? s.says('failed', 'true') : s.succeeds(config));
    }).run(5_000);
    expect(fixture.phases).toEqual(['Draining', 'Applying', 'RollingBack', 'Failed']);
    expect(fixture.change?.message).toContain('the node was rolled back to all-disabled');
    expect([fixture.labels[MIG_MANAGER.config], fixture.cordoned]).toEqual(['all-disabled', false]);
  });

  it('keeps the node cordoned where the rollback fails too', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.applies = () => s.says('failed', 'true'))).run(5_000);
    expect([fixture.change?.phase, fixture.cordoned]).toEqual(['Failed', true]);
    expect(fixture.change?.message).toContain('The node stays cordoned.');
  });

  it('rolls back where mig-manager never reports a result', () => {
    const fixture = asking('all-1g.5gb', (s) => {
      s.applies = (config) => (config === 'all-1g.5gb' ? undefined : s.succeeds(config));
    }).run(30_000);
    expect(fixture.phases).toEqual(['Draining', 'Applying', 'RollingBack', 'Failed']);
  });

  it('stops where another client changes the label during the change', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.applies = () => undefined)).run(1_000);
    fixture.labels[MIG_MANAGER.config] = 'all-balanced';
    fixture.run(1_000);
    expect(fixture.change).toMatchObject({ phase: 'Failed', cordoned: true });
  });

  it('gives up a drain after its time limit, uncordons the node, and changes nothing', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.ours = [{ name: 'chat-0' }])).run(70_000);
    expect(fixture.phases).toEqual(['Draining', 'Failed']);
    expect([fixture.cordoned, fixture.labels[MIG_MANAGER.config]]).toEqual([false, 'all-disabled']);
  });

  it('can be cancelled while it drains', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.ours = [{ name: 'chat-0' }])).run(2_000);
    fixture.asked = undefined;
    fixture.run(1_000);
    expect([fixture.cordoned, fixture.change]).toEqual([false, undefined]);
  });

  it('does not begin while a foreign pod uses a device, and begins once that pod has ended', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.foreign = ['other/train-0 (nvidia.com/gpu)'])).run(2_000);
    expect([fixture.phases, fixture.cordoned]).toEqual([['Refused'], false]);
    expect(fixture.change?.message).toContain('other/train-0 (nvidia.com/gpu)');
    fixture.foreign = [];
    fixture.run(2_000);
    expect(fixture.change?.phase).toBe('Succeeded');
  });

  it('uncordons the node where a foreign pod took a device during the drain', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.ours = [{ name: 'chat-0' }])).run(1_000);
    fixture.foreign = ['other/train-0 (nvidia.com/gpu)'];
    fixture.run(1_000);
    expect([fixture.change?.phase, fixture.cordoned, fixture.labels[MIG_MANAGER.config]]).toEqual([
      'Refused',
      false,
      'all-disabled',
    ]);
  });

  it('sets another configuration first where the label already has the requested value', () => {
    const applied: string[] = [];
    const fixture = asking('all-1g.5gb', (s) => {
      s.labels = { ...s.labels, [MIG_MANAGER.config]: 'all-1g.5gb', [MIG_MANAGER.state]: 'failed' };
      s.applies = (config) => {
        applied.push(config);
        s.succeeds(config);
      };
    }).run(5_000);
    expect([applied, fixture.change?.phase]).toEqual([['all-disabled', 'all-1g.5gb'], 'Succeeded']);
  });

  it('uncordons a node that an earlier failed change left cordoned', () => {
    const fixture = asking('all-1g.5gb', (s) => (s.applies = () => s.says('failed', 'true'))).run(5_000);
    fixture.asked = 'all-2g.10gb';
    fixture.applies = (config) => fixture.succeeds(config);
    fixture.run(5_000);
    expect([fixture.change?.phase, fixture.cordoned]).toEqual(['Succeeded', false]);
  });

  it('continues from the state on the node alone, whenever it is interrupted', () => {
    const whole = asking('all-1g.5gb', (s) => (s.ours = [])).run(3_000);
    const fixture = asking('all-1g.5gb');
    for (let looks = 0; looks < 10; looks++) {
      const successor = new Fixture();
      Object.assign(successor, {
        labels: { ...fixture.labels },
        cordoned: fixture.cordoned,
        offered: fixture.offered,
        asked: fixture.asked,
        change: fixture.change === undefined ? undefined : structuredClone(fixture.change),
      });
      successor.step();
      Object.assign(fixture, { ...successor, applies: fixture.applies });
    }
    expect([fixture.labels, fixture.cordoned, fixture.change?.phase]).toEqual([
      whole.labels,
      whole.cordoned,
      whole.change?.phase,
    ]);
  });
});

describe('a refused change of MIG geometry', () => {
  const REFUSALS: readonly {
    readonly name: string;
    readonly asked?: string;
    readonly node: Partial<NodeToRepartition>;
    readonly kind: string;
    readonly says: string;
  }[] = [
    { name: 'an unknown configuration', asked: 'all-9g', node: {}, kind: 'request', says: 'all-1g.5gb.me' },
    {
      name: 'a configuration that mig-manager does not publish',
      node: { configs: ['all-disabled', 'mine'] },
      kind: 'request',
      says: 'choose one of all-disabled, mine',
    },
    {
      name: 'a GPU without MIG',
      node: { device: { model: 'NVIDIA-L40S', memoryMiB: 46_068 } },
      kind: 'request',
      says: 'NVIDIA-L40S do not support MIG',
    },
    {
      name: 'a node without mig-manager',
      node: { labels: {} },
      kind: 'request',
      says: 'mig-manager does not run on the node',
    },
    {
      name: 'instances of different profiles under the strategy single',
      asked: 'all-balanced',
      node: { labels: { [MIG_MANAGER.manager]: 'true', [MIG_MANAGER.strategy]: 'single' } },
      kind: 'request',
      says: 'single',
    },
    {
      name: 'a node that mig-manager is already changing',
      node: { labels: { [MIG_MANAGER.state]: 'rebooting' } },
      kind: 'state',
      says: 'already',
    },
    { name: 'a device in use', node: { foreign: ['a/b'] }, kind: 'state', says: 'a/b' },
  ];
  it.each(REFUSALS)('$name', ({ asked = 'all-1g.5gb', node, kind, says }) => {
    const refusal = refusalOf({ ...new Fixture().node, ...node }, asked);
    expect(refusal).toEqual({ kind, message: expect.stringContaining(says) });
  });

  it('a node without GPUs', () => {
    const { device: _none, ...node } = new Fixture().node;
    expect(refusalOf(node, 'all-disabled')?.message).toBe('The node has no GPU.');
  });

  it('keeps placement away exactly while it is in progress', () => {
    const phases = [
      'Refused',
      'Draining',
      'Applying',
      'Recovering',
      'RollingBack',
      'Succeeded',
      'Failed',
    ] as const;
    expect(phases.filter((phase) => isInProgress({ phase }))).toEqual(phases.slice(1, 5));
  });
});
