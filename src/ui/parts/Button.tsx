/** The one button. A link where it leads somewhere, a button where it does something. Busy keeps the focus and its place. */
import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import './button.css';

export type ButtonKind = 'primary' | 'ink' | 'outline' | 'plain';

export type ButtonProps = {
  readonly children: ComponentChildren;
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  /** Leads there instead of doing something. */
  readonly href?: string;
  readonly type?: 'button' | 'submit';
  readonly wide?: boolean;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly onClick?: () => void;
};

export function Button({ children, kind = 'outline', icon, href, type = 'button', wide = false, busy = false, disabled = false, describedBy, onClick }: ButtonProps) {
  const className = `button button-${kind}${wide ? ' button-wide' : ''}`;
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </>
  );
  if (href !== undefined) {
    return (
      <a class={className} href={href} onClick={onClick}>
        {inside}
      </a>
    );
  }
  return (
    <button
      class={className}
      type={type}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-describedby={describedBy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {inside}
    </button>
  );
}

export type IconButtonProps = {
  readonly icon: IconName;
  /** Read aloud, and shown on hover. */
  readonly label: string;
  readonly href?: string;
  readonly pressed?: boolean;
  readonly onClick?: () => void;
};

export function IconButton({ icon, label, href, pressed, onClick }: IconButtonProps) {
  if (href !== undefined) {
    return (
      <a class="icon-button" href={href} aria-label={label} title={label}>
        <Icon name={icon} />
      </a>
    );
  }
  return (
    <button class="icon-button" type="button" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
