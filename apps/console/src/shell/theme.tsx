import { useState, type ReactElement } from 'react';

const KEY = 'tessera.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const chosen = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

/** Applies the theme that was chosen before; without one, the page looks as the system does. */
export function applyTheme(theme: Theme = chosen()): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function ThemeSwitch(): ReactElement {
  const [theme, setTheme] = useState(chosen);
  return (
    <label>
      <span className="unseen">Theme</span>
      <select
        value={theme}
        onChange={({ target }) => {
          const next = target.value as Theme;
          localStorage.setItem(KEY, next);
          applyTheme(next);
          setTheme(next);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {one[0]?.toUpperCase()}
            {one.slice(1)}
          </option>
        ))}
      </select>
    </label>
  );
}
