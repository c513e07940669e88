/** What comes from npm: exact versions, and licences that may be shipped under Apache-2.0. */

/** Permissive, or (last line) bound to its own files: used unchanged, and only to build and test. */
const SHIPPED = new Set(['MIT', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense']);
const TOOLS_ONLY = new Set(['MPL-2.0', 'CC-BY-4.0', 'Python-2.0']);
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

export function* packageRules(manifest, lock) {
  for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides']) {
    for (const [name, version] of Object.entries(manifest[field] ?? {})) {
      if (!EXACT.test(version)) yield { path: 'package.json', line: 1, rule: 'unpinned', words: `${name} ${version}` };
    }
  }
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '' || mayBeUsed(entry)) continue;
    yield { path: 'package-lock.json', line: 1, rule: 'licence', words: `${place}: ${entry.license ?? 'no licence stated'}` };
  }
}

function mayBeUsed({ license, dev }) {
  const choices = (license ?? '').replace(/[()]/g, '').split(' OR ');
  return choices.some((choice) => SHIPPED.has(choice) || (dev === true && TOOLS_ONLY.has(choice)));
}
