// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as the page writes them.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

// "4.1", "7,924.7"; what no run takes is another's doing, and stays short.
export function seconds(value: number): string {
  return Math.abs(value) < 1e9 ? grouped.format(value) : value.toExponential(1);
}

export function count(value: number): string {
  return Math.abs(value) < 1e15 ? whole.format(value) : value.toExponential(1);
}

// "1 story", "2 stories".
export function many(value: number, one: string, more: string): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

// "314 : 1"
export function ratio(virtual: number, real: number): string | undefined {
  if (!(virtual > 0 && real > 0)) return undefined;
  return `${virtual < real ? (virtual / real).toPrecision(1) : count(virtual / real)} : 1`;
}
