/** Draws an article's blocks. Text stays text: no HTML string is ever made. */
import type { Block, Inline } from '#help/markdown.ts';
import { unreachable } from '#base/assert.ts';

export function ArticleBody({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      return <h3><Inlines inlines={block.inlines} /></h3>;
    case 'paragraph':
      return <p><Inlines inlines={block.inlines} /></p>;
    case 'list': {
      const items = block.items.map((item, index) => <li key={index}><Inlines inlines={item} /></li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    default:
      return unreachable(block);
  }
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return <>{inlines.map((inline, index) => <InlineView key={index} inline={inline} />)}</>;
}

function InlineView({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return <>{inline.text}</>;
    case 'strong':
      return <strong>{inline.text}</strong>;
    case 'link':
      return <a href={`/help/${inline.article}`}>{inline.text}</a>;
    default:
      return unreachable(inline);
  }
}
