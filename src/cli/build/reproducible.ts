import { sourceDate as readSourceDate } from '../../node/index.ts';
import { UsageError } from '../outcome.ts';

export { dateOf } from '../../node/index.ts';

/** The second that everything made is to be of. @throws {UsageError} where `SOURCE_DATE_EPOCH` is no number of seconds. */
export function sourceDate(): number {
  try {
    return readSourceDate();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
