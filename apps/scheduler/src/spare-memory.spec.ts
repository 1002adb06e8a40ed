import { Thrift } from './spare-memory';

const IDLE = 0.02;
const BUSY = 0.5;
const MIB = 1024 ** 2;

describe('an idle process releases memory', () => {
  it('once it was idle at two checks in a row', () => {
    const thrift = new Thrift();
    expect([IDLE, BUSY, IDLE, IDLE].map((cpuShare) => thrift.isDue({ cpuShare, heap: 300 * MIB }))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('once after a burst, and not for the ordinary growth after that', () => {
    const thrift = new Thrift();
    const due = (heap: number): boolean => thrift.isDue({ cpuShare: IDLE, heap: heap * MIB });
    expect([due(300), due(300)]).toEqual([false, true]);
    thrift.collected(200 * MIB);
    expect([due(200), due(270), due(290)]).toEqual([false, false, true]);
  });

  it('not if its heap is small', () => {
    const thrift = new Thrift();
    const due = (): boolean => thrift.isDue({ cpuShare: IDLE, heap: 150 * MIB });
    expect([due(), due(), due()]).toEqual([false, false, false]);
  });

  it('again once it has grown by another burst', () => {
    const thrift = new Thrift();
    thrift.isDue({ cpuShare: IDLE, heap: 300 * MIB });
    thrift.collected(200 * MIB);
    expect(thrift.isDue({ cpuShare: BUSY, heap: 400 * MIB })).toBe(false);
    thrift.isDue({ cpuShare: IDLE, heap: 400 * MIB });
    expect(thrift.isDue({ cpuShare: IDLE, heap: 400 * MIB })).toBe(true);
  });
});
