/**
 * The Markdown that our articles use, as data: headings, paragraphs, lists, bold, links to other articles. The ui draws the
 * data, so no HTML string ever exists (Trusted Types would refuse one). Anything else stays the text that it is: this must
 * never make a link to another site.
 */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly article: string };

export type Block =
  | { readonly kind: 'heading'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

export type FrontMatter = ReadonlyMap<string, string>;

const FRONT = /^---\n([\s\S]*?)\n---\n/;
const INLINE = /\*\*([^*]+)\*\*|\[([^\]]+)\]\(\.\/([a-z0-9-]+)\.md\)/g;
const ITEM = /^(?:(-)|\d+\.) (.*)$/;

export function splitFrontMatter(source: string): { readonly fields: FrontMatter; readonly body: string } {
  const normal = source.replaceAll('\r\n', '\n');
  const match = FRONT.exec(normal);
  const fields = new Map<string, string>();
  for (const line of (match?.[1] ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return { fields, body: normal.slice(match?.[0].length ?? 0) };
}

/** `[a, b]` as its parts. */
export function listField(field: string | undefined): string[] {
  return (field ?? '').replace(/^\[|\]$/g, '').split(',').map((part) => part.trim()).filter((part) => part !== '');
}

export function parseMarkdown(body: string): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', inlines: parseInlines(paragraph.join('\n')) });
    paragraph = [];
  };
  for (const line of body.replaceAll('\r\n', '\n').split('\n')) {
    const item = ITEM.exec(line);
    if (line.trim() === '') flush();
    else if (line.startsWith('## ')) {
      flush();
      blocks.push({ kind: 'heading', inlines: parseInlines(line.slice(3)) });
    } else if (item !== null && paragraph.length === 0) addItem(blocks, item[1] === undefined, item[2] ?? '');
    else if (item !== null) {
      flush();
      addItem(blocks, item[1] === undefined, item[2] ?? '', true);
    } else paragraph.push(line);
  }
  flush();
  return blocks;
}

function addItem(blocks: Block[], ordered: boolean, text: string, startNew = false): void {
  const last = blocks.at(-1);
  const item = parseInlines(text);
  if (!startNew && last?.kind === 'list' && last.ordered === ordered) blocks[blocks.length - 1] = { ...last, items: [...last.items, item] };
  else blocks.push({ kind: 'list', ordered, items: [item] });
}

export function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) inlines.push({ kind: 'text', text: text.slice(at, match.index) });
    const [whole, strong, label, article] = match;
    if (strong !== undefined) inlines.push({ kind: 'strong', text: strong });
    else inlines.push({ kind: 'link', text: label ?? '', article: article ?? '' });
    at = match.index + whole.length;
  }
  if (at < text.length) inlines.push({ kind: 'text', text: text.slice(at) });
  return inlines;
}

export function plainText(blocks: readonly Block[]): string {
  const said = (inlines: readonly Inline[]): string => inlines.map((inline) => inline.text).join('');
  return blocks.map((block) => (block.kind === 'list' ? block.items.map(said).join('\n') : said(block.inlines))).join('\n');
}

/** Ids of the articles that are linked, in order. */
export function linksOf(blocks: readonly Block[]): string[] {
  const inlines = blocks.flatMap((block) => (block.kind === 'list' ? block.items.flat() : block.inlines));
  return inlines.flatMap((inline) => (inline.kind === 'link' ? [inline.article] : []));
}
