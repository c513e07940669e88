/** The tabs at the foot. The middle one may be the big one. */
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import './bars.css';

export type Tab = { readonly href: string; readonly icon: IconName; readonly label: string; readonly big?: boolean };

export function TabBar({ tabs, current, label }: { readonly tabs: readonly Tab[]; readonly current: string; readonly label: string }) {
  return (
    <nav class="tabbar" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.href} class={`tab${tab.big ? ' tab-big' : ''}`} href={tab.href} aria-current={tab.href === current ? 'page' : undefined}>
          <span class="tab-icon">
            <Icon name={tab.icon} />
          </span>
          <span>{tab.label}</span>
        </a>
      ))}
    </nav>
  );
}
