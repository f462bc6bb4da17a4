import type { History } from '../../oci/index.ts';
import { compareFields, type Field, type FieldDifference } from './fields.ts';
import type { CompareOptions } from './trees.ts';

/** A step of the history, by its position from 0, that two images have differently. */
export interface StepDifference {
  readonly position: number;
  readonly before: History | undefined;
  readonly after: History | undefined;
  /** The fields of it that differ, where both have the step. */
  readonly fields: readonly FieldDifference[];
}

/** The steps that differ, position by position: images that were made alike have their steps at the same places. */
export function compareHistories(before: readonly History[], after: readonly History[], options: CompareOptions = {}): readonly StepDifference[] {
  const found: StepDifference[] = [];
  for (let position = 0; position < Math.max(before.length, after.length); position++) {
    const [left, right] = [before[position], after[position]];
    const fields = left && right ? compareFields(fieldsOf(left, options), fieldsOf(right, options)) : [];
    if (!left || !right || fields.length > 0) found.push({ position, before: left, after: right, fields });
  }
  return found;
}

function* fieldsOf(step: History, { ignoreTime }: CompareOptions): Generator<Field> {
  if (!ignoreTime) yield ['created', undefined, step.created];
  for (const name of ['created_by', 'author', 'comment', 'empty_layer'] as const) yield [name, undefined, step[name]];
}
