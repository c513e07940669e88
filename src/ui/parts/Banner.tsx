/** One thing the user should know about now, in the flow of the page. `urgent` interrupts a screen reader, the rest waits. */
import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import './banner.css';

export type BannerProps = {
  readonly tone: 'note' | 'warn' | 'urgent';
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Buttons or links under the text. */
  readonly actions?: ComponentChildren;
};

export function Banner({ tone, icon, title, children, actions }: BannerProps) {
  return (
    <div class={`banner banner-${tone}`} role={tone === 'urgent' ? 'alert' : 'status'}>
      <Icon name={icon ?? (tone === 'note' ? 'info' : 'warning')} />
      <div class="banner-body">
        <p class="banner-title">{title}</p>
        {children && <div class="banner-text">{children}</div>}
        {actions && <div class="row banner-actions">{actions}</div>}
      </div>
    </div>
  );
}
