import type { Waste } from './waste.ts';

/** What an image must not waste. Percentages are of 0 to 100; the rules of dive have fractions of 1. */
export type WasteRule =
  | { readonly rule: 'max-waste'; readonly percent: number }
  | { readonly rule: 'max-bytes'; readonly bytes: number }
  | { readonly rule: 'fail-on'; readonly pattern: string; readonly matches: (path: string) => boolean }
  | { readonly rule: 'lowestEfficiency'; readonly fraction: number }
  | { readonly rule: 'highestWastedBytes'; readonly bytes: number }
  | { readonly rule: 'highestUserWastedPercent'; readonly fraction: number };

/** Whether an image keeps a rule. */
export interface WasteVerdict {
  readonly rule: WasteRule['rule'];
  /** What the rule allows, as text: `5%`, `1048576 bytes`, a pattern. */
  readonly limit: string;
  readonly passed: boolean;
  /** What was found, as a sentence without its end. */
  readonly message: string;
}

/**
 * Judges by rules. `max-waste` and `max-bytes` fail when more than that is wasted, `fail-on` when the path of an item matches.
 *
 * The other three have the names and the meaning that dive documents for its `.dive-ci`. Since dive knows neither leftovers nor duplicates by content, these
 * rules count hidden bytes only. `highestWastedBytes` and `highestUserWastedPercent` fail when their threshold is met, but never where nothing is wasted.
 * The percentage is of the layers above the base, which is the lowest layer if none is named; the waste is that of all layers that count.
 */
export function judgeWaste(waste: Waste, rules: readonly WasteRule[]): readonly WasteVerdict[] {
  return rules.map((rule) => verdictOf(waste, rule));
}

function verdictOf(waste: Waste, rule: WasteRule): WasteVerdict {
  const { stored, wasted, hidden, items } = waste;
  switch (rule.rule) {
    case 'max-waste': {
      const percent = 100 * fraction(wasted, stored);
      return verdict(rule, percentText(rule.percent), percent <= rule.percent, `${percentText(percent)} of the stored bytes are wasted`);
    }
    case 'max-bytes':
      return verdict(rule, `${rule.bytes} bytes`, wasted <= rule.bytes, `${wasted} bytes are wasted`);
    case 'fail-on': {
      const found = items.filter(({ path }) => rule.matches(path)).map(({ path }) => path);
      const message =
        found.length === 1
          ? `1 wasted file matches: ${found[0]}`
          : found.length === 0
            ? 'no wasted file matches'
            : `${found.length} wasted files match, such as ${found[0]}`;
      return verdict(rule, rule.pattern, found.length === 0, message);
    }
    case 'lowestEfficiency': {
      const efficiency = 1 - fraction(hidden, stored);
      return verdict(rule, String(rule.fraction), efficiency >= rule.fraction, `the efficiency is ${fractionText(efficiency)}`);
    }
    case 'highestWastedBytes':
      return verdict(rule, `${rule.bytes} bytes`, hidden === 0 || hidden < rule.bytes, `${hidden} bytes are hidden`);
    case 'highestUserWastedPercent': {
      const wastedFraction = fraction(hidden, userBytes(waste));
      const message = `hidden bytes are ${fractionText(wastedFraction)} of the layers above the base`;
      return verdict(rule, String(rule.fraction), hidden === 0 || wastedFraction < rule.fraction, message);
    }
  }
}

function verdict({ rule }: WasteRule, limit: string, passed: boolean, message: string): WasteVerdict {
  return { rule, limit, passed, message };
}

/** Bytes of the layers that a user added: all but the base, or but the lowest. */
function userBytes({ layers, base }: Waste): number {
  return layers.filter(({ position }) => position >= Math.max(base, 1)).reduce((total, { bytes }) => total + bytes, 0);
}

function fraction(part: number, whole: number): number {
  return part === 0 ? 0 : part / whole;
}

// Rounded up in the last digit that is shown, so that what fails never reads like its limit.
function percentText(percent: number): string {
  return `${Math.ceil(percent * 100 - 1e-9) / 100}%`;
}

function fractionText(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}
