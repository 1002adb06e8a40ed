const LONGEST = 63;

/** A name for a copy that is not taken: `chat-2`, or the next number that is free. */
export function freeName(name: string, taken: readonly string[]): string {
  const known = new Set(taken);
  const [, stem = name, number = '1'] = /^(.*?)(?:-(\d{1,6}))?$/.exec(name) ?? [];
  for (let next = Number(number) + 1; ; next += 1) {
    const ending = `-${next}`;
    const free = `${stem.slice(0, LONGEST - ending.length)}${ending}`;
    if (!known.has(free)) return free;
  }
}
