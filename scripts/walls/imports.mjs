/**
 * The imports of a file, read from its text: TypeScript 7 has no stable JavaScript API to ask. Comments are blanked first, so
 * that what is written about an import is not one; positions stay.
 */
import { lineAt } from './files.mjs';

const STATEMENT = /(?:^|[;}\n])[ \t]*(import|export)\s+(type\s+)?(?:[\w*${}\s,]*?\bfrom\s*)?(['"])([^'"\n]+)\3/g;
const CALL = /(\btypeof\s+)?\bimport\s*\(\s*(['"`])([^'"`\n]+)\2/g;
const LITERAL_OR_COMMENT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|(?<=^|[\s;,{}()])\/\/[^\n]*/g;

/** {to, types, reexport, line}: `types` when nothing of it is left at run time. */
export function importsOf(text) {
  const code = text.replace(LITERAL_OR_COMMENT, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
  const statements = [...code.matchAll(STATEMENT)].map((match) => ({
    to: match[4],
    types: match[2] !== undefined,
    reexport: match[1] === 'export',
    line: lineAt(code, match.index + match[0].length),
  }));
  const calls = [...code.matchAll(CALL)].map((match) => ({ to: match[3], types: match[1] !== undefined, reexport: false, line: lineAt(code, match.index) }));
  return [...statements, ...calls];
}

/** What a text imports besides its re-exports and its own statements: nothing left means that the file is a barrel. */
export function onlyReexports(text) {
  const rest = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').replace(/export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s*from\s*['"][^'"]+['"];?/g, '');
  return rest.trim() === '' && /export[^;]*from/.test(text);
}

/** The file in the tree that an import means, or null for a package. */
export function resolveImport(from, to) {
  const bare = to.replace(/\?.*$/, '');
  if (bare.startsWith('#')) return inTree(bare.slice(1));
  if (!bare.startsWith('.')) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of bare.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function inTree(name) {
  return /^(workers|server|tests)\//.test(name) ? name : `src/${name}`;
}

/** `@scope/name/deep` is the package `@scope/name`. */
export function packageOf(to) {
  return to.split('/').slice(0, to.startsWith('@') ? 2 : 1).join('/');
}
