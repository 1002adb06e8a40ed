import { DescriptorBudget, serversWithin } from './descriptor-budget';

describe('file descriptors of model servers', () => {
  it('are what the system allows the process, but for some that others need', () => {
    const page = 'Limit  Soft Limit  Hard Limit  Units\nMax open files            20000   20000   files\n';
    expect(serversWithin(page)).toBe(19_000);
    expect(serversWithin('Max open files            256     unlimited   files')).toBe(0);
    expect(serversWithin('Max open files            unlimited   unlimited   files')).toBe(Infinity);
  });

  it('are given until none is left, and again once one is given back', () => {
    const budget = new DescriptorBudget(1);
    budget.take();
    expect(() => budget.take()).toThrow('too many open files: this process has room for 1 model servers');
    budget.giveBack();
    expect(() => budget.take()).not.toThrow();
  });
});
