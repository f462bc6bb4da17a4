import type { Waste, WastedFile, WasteVerdict } from '../../analyze/index.ts';
import { bytesOf } from '../rows.ts';

/** What an image wastes, and how it was judged. */
export interface WasteReport {
  /** The image as the command line has it. */
  readonly image: string;
  /** The file that rules are from. */
  readonly config: string | undefined;
  readonly waste: Waste;
  readonly verdicts: readonly WasteVerdict[];
}

/** The report as `--json` prints it: docs/schema/waste.json. */
export function jsonReport({ image, config, waste: { items, ...waste }, verdicts }: WasteReport): object {
  const instructions = new Map(waste.layers.map(({ position, createdBy }) => [position, createdBy]));
  const passed = verdicts.every((verdict) => verdict.passed);
  return { image, config, passed, rules: verdicts, ...waste, items: items.map((item) => jsonItem(item, instructions)) };
}

function jsonItem(item: WastedFile, instructions: ReadonlyMap<number, string | undefined>): object {
  const { layer, hiddenBy } = item;
  const instruction = instructions.get(layer);
  return {
    ...item,
    createdBy: instruction,
    hiddenByInstruction: hiddenBy === undefined ? undefined : instructions.get(hiddenBy),
    pathBytes: bytesOf(item.path),
  };
}
