/**
 * The tester's lab: the same phones as on the desk, every fault as a control for each, their rows in the open, the server's books
 * and the log. Demo build only; this page has no wallet.
 */
import { useMemo, useState } from 'preact/hooks';
import { enDesk } from '#i18n/en/desk.ts';
import { enLab } from '#i18n/en/lab.ts';
import { enPlays } from '#i18n/en/plays.ts';
import { formatMoney } from '#i18n/formats.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { zhLab } from '#i18n/zh/lab.ts';
import { zhPlays } from '#i18n/zh/plays.ts';
import { Button } from '#ui/parts/Button.tsx';
import type { Hosts } from './desk-messages.ts';
import { AtDesk } from './desk/AtDesk.tsx';
import { createDesk } from './desk/desk-model.ts';
import { ServerBook } from './desk/ServerBook.tsx';
import { Stage } from './desk/Stage.tsx';
import { FaultTable } from './FaultTable.tsx';
import type { LabText } from './lab-text.ts';
import { PlayPanel } from './plays/PlayPanel.tsx';
import { LogPanel } from './LogPanel.tsx';
import { OfflineBook } from './OfflineBook.tsx';
import { RowsPanel } from './RowsPanel.tsx';
import { useLanguage } from './use-language.ts';
import './desk/desk.css';
import './lab.css';

const TABS = ['faults', 'plays', 'rows', 'server', 'log'] as const;
type TabName = (typeof TABS)[number];

export function Lab() {
  return <AtDesk path="/lab">{(hosts) => <LabAt hosts={hosts} />}</AtDesk>;
}

function LabAt({ hosts }: { readonly hosts: Hosts }) {
  const desk = useMemo(() => createDesk(window, hosts), [hosts]);
  const { locale, change } = useLanguage(desk.phones, (now) => (now === 'en' ? enLab : zhLab).title);
  const english = locale === 'en';
  const text: LabText = { words: english ? enDesk : zhDesk, lab: english ? enLab : zhLab, locale };
  const [tab, setTab] = useState<TabName>('faults');
  const ledger = desk.books.ledger.value;
  return (
    <div class="desk lab">
      <Stage phones={desk.phones} text={text} all />
      <aside class="desk-side">
        <header class="desk-head">
          <div class="desk-title">
            <h1>{text.lab.title}</h1>
            <Button onClick={change}>{text.words.language}</Button>
            <Button href="/desk">{text.lab.toDesk}</Button>
          </div>
          <p class="quiet">{text.lab.lead}</p>
        </header>
        <Tabs tab={tab} onTab={setTab} text={text} />
        <section class="card lab-panel" role="tabpanel" id="lab-panel" aria-label={text.lab.tabs[tab]} tabIndex={0}>
          {tab === 'faults' && <FaultTable phones={desk.phones} text={text} />}
          {tab === 'plays' && <PlayPanel {...desk} words={english ? enPlays : zhPlays} locale={locale} money={(amountMinor, ccy) => formatMoney(amountMinor, ccy, locale)} />}
          {tab === 'rows' && <RowsPanel phones={desk.phones} text={text} />}
          {tab === 'server' && <ServerBook ledger={ledger} text={text} rows={20} />}
          {tab === 'server' && <OfflineBook ledger={ledger} text={text} />}
          {tab === 'log' && <LogPanel phones={desk.phones} text={text} />}
        </section>
      </aside>
    </div>
  );
}

type TabsProps = { readonly tab: TabName; readonly onTab: (tab: TabName) => void; readonly text: LabText };

/** As tabs are by keyboard: one stop, and arrows between them. */
function Tabs({ tab, onTab, text: { lab } }: TabsProps) {
  function step(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onTab(next);
    document.getElementById(`lab-tab-${next}`)?.focus();
  }
  return (
    <div class="lab-tabs" role="tablist" aria-label={lab.title} onKeyDown={step}>
      {TABS.map((name) => (
        <button key={name} id={`lab-tab-${name}`} type="button" role="tab" aria-selected={name === tab} aria-controls="lab-panel" tabIndex={name === tab ? 0 : -1} onClick={() => onTab(name)}>
          {lab.tabs[name]}
        </button>
      ))}
    </div>
  );
}
