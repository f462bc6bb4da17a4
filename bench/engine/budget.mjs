/*
 * A budget is one of
 * - `{ times }`: so many times the limit of the same run;
 * - `{ peers }`: so many times the best peer that is right;
 * - `{ most }`: so many units.
 */

/** A budget in words. */
export function describeBudget({ budget, limit, unit = 'ms' }) {
  if (!budget) return null;
  if (budget.times !== undefined) return `≤ ${budget.times} × ${limit.name}`;
  if (budget.peers !== undefined) return budget.peers === 1 ? '≤ best peer' : `≤ ${budget.peers} × best peer`;
  return `≤ ${budget.most.toLocaleString('en')} ${unit}`;
}

/** Whether medians keep the budget; `null` where there is none, or nobody to compare with. */
export function holdsBudget({ budget }, { lading, peers, limit }) {
  const bound = budget && boundOf(budget, peers, limit);
  return bound === undefined || bound === null ? null : lading.median <= bound && !lading.wrong;
}

function boundOf(budget, peers, limit) {
  if (budget.times !== undefined) return limit && budget.times * limit.median;
  if (budget.most !== undefined) return budget.most;
  const right = Object.values(peers).filter(({ wrong }) => !wrong);
  return right.length > 0 ? budget.peers * Math.min(...right.map(({ median }) => median)) : undefined;
}
