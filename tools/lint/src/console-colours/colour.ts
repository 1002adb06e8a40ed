/** A colour by its red, green and blue light, linear, 0 to 1. */
type Light = readonly [red: number, green: number, blue: number];

/** Linear light of a colour such as `#00694d` (sRGB, IEC 61966-2-1). */
export function lightOf(colour: string): Light {
  const linear = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [linear(1), linear(3), linear(5)];
}

const luminance = ([red, green, blue]: Light): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [one, other]
    .map((colour) => luminance(lightOf(colour)))
    .sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** How people see whose cones for red, green or blue are missing (Machado, Oliveira and Fernandes 2009, severity 1). */
export const SIGHTS = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

/** How different two colours look to somebody, ΔE of CIELAB (1976): 2 is just seen, 100 is black beside white. */
export function difference(one: string, other: string, sight: keyof typeof SIGHTS): number {
  const [a, b] = [one, other].map((colour) => labOf(seen(lightOf(colour), SIGHTS[sight])));
  return Math.hypot(...(a ?? []).map((value, index) => value - (b?.[index] ?? 0)));
}

const seen = (light: Light, matrix: readonly number[]): Light =>
  [0, 3, 6].map((row) =>
    light.reduce((sum, value, at) => sum + value * (matrix[row + at] ?? 0), 0),
  ) as unknown as Light;

function labOf([red, green, blue]: Light): readonly number[] {
  const root = (value: number): number =>
    value > 0.008856 ? Math.cbrt(value) : 7.787 * Math.max(0, value) + 16 / 116;
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
