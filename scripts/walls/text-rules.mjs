/** Walls that any reader of the text can check: size, names, leftovers, READMEs, and nothing about the place of work. */
import { isCode, lineAt } from './files.mjs';
import { roomOf, ROOMS } from './rooms.mjs';

const FILE_LINES = 400;
const README_LINES = 60;

/** In code only. */
const LEFTOVERS = [
  { rule: 'leftover', pattern: /\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/g },
  { rule: 'cast', pattern: /\bas any\b|@ts-(ignore|nocheck)\b/g },
  { rule: 'silenced', pattern: /(oxlint|eslint)-disable(?!-next-line [\w-/@]+ -- \S)/g },
  { rule: 'skipped', pattern: /\b(it|test|describe)\.(skip|only|todo)\b/g },
];

/** In every file that is published: names of registries, and paths of somebody's machine. */
const PLACES = [
  { rule: 'registry', pattern: /\b(?:registry|npm)\.[a-z0-9-]+\.[a-z]{2,}|"resolved": "https?:/g },
  { rule: 'workplace', pattern: /(?<![\w.~-])\/(?:work|home|Users|mnt)\/[\w-]+/g },
];

const VAGUE_NAME = /(^|[-_.])(manager|helpers?|utils?|service)(?=[-_.]|$)/i;

export function* textRules(files) {
  for (const { path, text } of files) {
    for (const rule of PLACES) yield* matches(path, text, rule);
    if (isCode(path)) yield* codeRules(path, text);
  }
  yield* readmeRules(files);
}

function* codeRules(path, text) {
  const lines = text.split('\n').length - 1;
  if (lines > FILE_LINES) yield { path, line: FILE_LINES + 1, rule: 'file-size', words: `${lines} lines; ${FILE_LINES} at most` };
  const name = path.split('/').at(-1);
  if (VAGUE_NAME.test(name) && !name.startsWith('service-worker')) yield { path, line: 1, rule: 'name', words: `${name} says nothing: name what it does` };
  for (const rule of LEFTOVERS) yield* matches(path, text, rule);
}

function* matches(path, text, { rule, pattern }) {
  for (const match of text.matchAll(pattern)) yield { path, line: lineAt(text, match.index), rule, words: `"${match[0]}"` };
}

/** A room is one when it has code; its README stands beside it. */
function* readmeRules(files) {
  const rooms = new Set(files.filter(({ path }) => isCode(path)).map(({ path }) => roomOf(path)));
  for (const room of Object.keys(ROOMS).filter((name) => rooms.has(name) && name !== 'main')) {
    const path = `${ROOMS[room].folder}README.md`;
    const readme = files.find((file) => file.path === path);
    if (readme === undefined) yield { path, line: 1, rule: 'readme', words: `the room ${room} has no README` };
    else if (readme.text.split('\n').length - 1 > README_LINES) yield { path, line: README_LINES + 1, rule: 'readme', words: `more than ${README_LINES} lines` };
  }
}
