import { readFileSync, writeFileSync } from 'node:fs';

/** Most memory that a process had resident at once since the last reset, in bytes; 0 where the system does not tell. */
export function peakResident(process = 'self') {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${process}/status`) ?? '');
  return Number(line?.[1] ?? 0) * 1024;
}

/** Linux forgets the peak when asked to (proc(5), clear_refs). */
export function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak then counts from the start of the process, and says too much rather than too little.
  }
}

/** The peak of whichever had most: a process, or one that it started. */
export function peakOfFamily(process) {
  const children = readIfThere(`/proc/${process}/task/${process}/children`) ?? '';
  return Math.max(peakResident(process), ...children.split(' ').filter(Boolean).map(peakOfFamily));
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
