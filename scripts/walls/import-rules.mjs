/** Walls between rooms: who imports whom, what from npm, and no circles. */
import { isCode } from './files.mjs';
import { importsOf, onlyReexports, packageOf, resolveImport } from './imports.mjs';
import { roomOf, ROOMS } from './rooms.mjs';

export function* importRules(files, manifest) {
  const code = files.filter(({ path }) => isCode(path) && roomOf(path) !== null);
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }));
  const graph = new Map();
  for (const { path, text } of code) {
    const imports = importsOf(text);
    graph.set(path, imports.map(({ to }) => resolveImport(path, to)).filter((to) => to !== null));
    for (const entry of imports) {
      const problem = problemOf(path, entry, declared);
      if (problem !== null) yield { path, line: entry.line, ...problem };
    }
    if (/(^|\/)index\.(ts|tsx|mjs)$/.test(path) || onlyReexports(text)) yield { path, line: 1, rule: 'barrel', words: 'a file that only passes on what others export' };
    const star = imports.find(({ reexport, to }) => reexport && new RegExp(`export\\s+(type\\s+)?\\*[^;]*['"]${escape(to)}`).test(text));
    if (star !== undefined) yield { path, line: star.line, rule: 'barrel', words: `export * from ${star.to}` };
  }
  yield* cycles(graph);
}

function problemOf(path, { to, types }, declared) {
  const room = roomOf(path);
  if (to.startsWith('node:')) return ROOMS[room].node ? null : { rule: 'wall', words: `${room} knows no Node, but imports ${to}` };
  if (to.startsWith('virtual:')) return null;
  const target = resolveImport(path, to);
  if (target === null) return packageProblem(room, packageOf(to), declared);
  if (to.startsWith('.')) return relativeProblem(room, target, to);
  return crossingProblem(room, target, to, types);
}

function packageProblem(room, name, declared) {
  if (!declared.has(name)) return { rule: 'undeclared', words: `${name} is not in package.json` };
  const allowed = ROOMS[room].npm;
  return allowed === '*' || allowed.includes(name) ? null : { rule: 'wall', words: `${room} does not use the package ${name}` };
}

/** Downward into a room of its own is a crossing as well, except in the shells, which hold their rooms. */
function relativeProblem(room, target, to) {
  if (!target.startsWith(ROOMS[room].folder)) return { rule: 'parent', words: `${to} leaves the room ${room}: write #room/file.ts` };
  if (!/\.\w+$/.test(target)) return { rule: 'ending', words: `${to} has no file ending` };
  const other = roomOf(target);
  return other === room ? null : crossingProblem(room, target, to, false);
}

function crossingProblem(room, target, to, types) {
  const { values, also = [], types: typesOnly } = ROOMS[room];
  const other = roomOf(target);
  if (other === null) return { rule: 'wall', words: `${to} is in no room` };
  if (values === '*' || other === room || values.includes(other) || also.some((file) => inFull(file) === target)) return null;
  if (!typesOnly.some((file) => inFull(file) === target)) return { rule: 'wall', words: `${room} may not import ${other} (${to})` };
  return types ? null : { rule: 'wall', words: `${room} may import only types from ${to}: write "import type"` };
}

function inFull(file) {
  return file.startsWith('server/') ? file : `src/${file}`;
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** One problem a circle, told from its first file in the alphabet. Imports of types count. */
function* cycles(graph) {
  const seen = new Set();
  const done = new Set();
  for (const start of [...graph.keys()].sort()) {
    const stack = [{ path: start, next: 0 }];
    const onStack = new Map([[start, 0]]);
    while (stack.length > 0 && !done.has(start)) {
      const top = stack.at(-1);
      const to = (graph.get(top.path) ?? [])[top.next++];
      if (to === undefined) {
        done.add(top.path);
        onStack.delete(top.path);
        stack.pop();
      } else if (onStack.has(to)) {
        const circle = stack.slice(onStack.get(to)).map(({ path }) => path);
        const key = [...circle].sort().join();
        if (!seen.has(key)) yield { path: [...circle].sort()[0], line: 1, rule: 'cycle', words: `${circle.join(' → ')} → ${to}` };
        seen.add(key);
      } else if (graph.has(to) && !done.has(to)) {
        onStack.set(to, stack.length);
        stack.push({ path: to, next: 0 });
      }
    }
  }
}
