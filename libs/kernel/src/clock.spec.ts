import { steadyClock } from './clock';

const HOUR_MS = 3_600_000;

it.each([HOUR_MS, -HOUR_MS])(
  'a steady clock goes on as time does when the wall clock steps by %d ms',
  (step) => {
    const time = { wall: 1_000_000, elapsed: 5 };
    const clock = steadyClock({ now: () => time.wall, elapsedMs: () => time.elapsed });
    expect(clock.now()).toBe(1_000_000);
    time.wall += step;
    time.elapsed += 250;
    expect(clock.now()).toBe(1_000_250);
  },
);
