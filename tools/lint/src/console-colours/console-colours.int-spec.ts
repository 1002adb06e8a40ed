import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contrast, difference, SIGHTS } from './colour';

const ROOT = join(__dirname, '..', '..', '..', '..');
const TOKENS = readFileSync(join(ROOT, 'apps/console/src/design/tokens.css'), 'utf8');
const THEMES = ['light', 'dark'] as const;

/** A colour of the design in a theme. */
function token(name: string, theme: (typeof THEMES)[number]): string {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(TOKENS) ?? [];
  const colour = theme === 'light' ? light : dark;
  if (colour === undefined) throw new Error(`no colour ${name}`);
  return colour;
}

const TONES = ['good', 'warn', 'bad', 'busy', 'calm'] as const;
const GROUNDS = ['ground', 'surface', 'raised', 'accent-wash'] as const;
/** WCAG 2.2: 1.4.3 for text, 1.4.11 for the borders of fields. */
const [TEXT, BORDER] = [4.5, 3];
/** Far more than the eye needs for two colours side by side, so that they also differ apart from each other. */
const APART = 12;

describe.each(THEMES)('the colours of the console, %s', (theme) => {
  it.each(['ink', 'ink-soft', 'accent', ...TONES])('can be read as text: %s', (name) => {
    for (const ground of GROUNDS)
      expect([ground, contrast(token(name, theme), token(ground, theme)) >= TEXT]).toEqual([ground, true]);
  });

  it.each(['accent', ...TONES])('can be written on: %s', (name) => {
    const ink = name === 'accent' ? 'accent-ink' : 'surface';
    expect(contrast(token(ink, theme), token(name, theme))).toBeGreaterThanOrEqual(TEXT);
  });

  it.each(['ground', 'surface', 'raised'])('show where a field is on %s', (ground) => {
    expect(contrast(token('line-strong', theme), token(ground, theme))).toBeGreaterThanOrEqual(BORDER);
  });

  it.each(Object.keys(SIGHTS) as (keyof typeof SIGHTS)[])('are distinguishable with %s', (sight) => {
    const alike = TONES.flatMap((one, at) =>
      TONES.slice(at + 1)
        .filter((other) => difference(token(one, theme), token(other, theme), sight) < APART)
        .map((other) => `${one} and ${other}`),
    );
    expect(alike).toEqual([]);
  });
});

describe('the measures themselves', () => {
  it('give black on white the contrast of WCAG, and a colour on itself none', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#00694d', '#00694d')).toBe(1);
  });

  it('find what the colour-blind cannot distinguish', () => {
    expect(difference('#000000', '#ffffff', 'usual')).toBeCloseTo(100, 0);
    expect(difference('#8f5a00', '#b0360a', 'usual')).toBeGreaterThan(30);
    expect(difference('#8f5a00', '#b0360a', 'deuteranopia')).toBeLessThan(3);
  });
});
