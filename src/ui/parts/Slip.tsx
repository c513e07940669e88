/** A slip of paper with a torn edge: what a payment looks like, before and after. */
import type { ComponentChildren } from 'preact';
import './slip.css';

export function Slip({ children, label }: { readonly children: ComponentChildren; readonly label?: string }) {
  return (
    <section class="slip" aria-label={label}>
      <div class="slip-paper">{children}</div>
    </section>
  );
}

/** Name and value in two columns, as on a receipt. */
export function SlipRows({ rows }: { readonly rows: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="slip-rows">
      {rows.map(([name, value]) => (
        <div key={name} class="slip-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
