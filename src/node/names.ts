import { PathError } from '../errors.ts';

// "Naming Files, Paths, and Namespaces", Windows App Development: these are devices with any extension, the digits in superscript too.
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(?:\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Windows forbids them in names
const WINDOWS_FORBIDDEN = /[<>:"|?*\\\u0000-\u001f]/;

/**
 * Refuses what is not the name of one thing in one directory. On Windows a backslash or a drive letter leads elsewhere (CVE-2021-37713,
 * CVE-2026-31802), and a device or a trailing dot is another name than it seems.
 * @throws {PathError} `PATH_ESCAPES`, or `EINVAL` for a name that this platform does not have.
 */
export function assertName(name: string, op: string, path: string, platform: string = process.platform): void {
  if (name === '..' || name.includes('/')) throw new PathError('PATH_ESCAPES', op, path, `${JSON.stringify(name)} leads out of its directory`);
  if (name === '' || name === '.' || name.includes('\0')) throw new PathError('EINVAL', op, path, `${JSON.stringify(name)} is not a name`);
  if (platform !== 'win32') return;
  if (WINDOWS_FORBIDDEN.test(name))
    throw new PathError('EINVAL', op, path, 'Windows has no name with any of < > : " | ? * \\ or a control character');
  if (WINDOWS_DEVICE.test(name)) throw new PathError('EINVAL', op, path, `${JSON.stringify(name)} is a device on Windows`);
  if (/[. ]$/.test(name)) throw new PathError('EINVAL', op, path, 'Windows drops a dot or a space at the end of a name');
}
