// SPDX-License-Identifier: GPL-2.0-or-later

// Light or dark is the system's until the reader says otherwise; nothing is stored.
export function toggleTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}
