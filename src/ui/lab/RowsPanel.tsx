/** The rows of one phone, table by table, as far as they may be seen. Read again whenever its wallet has moved. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cell, OpenTable } from '#faults/open-rows.ts';
import type { PhoneName } from '#faults/phones.ts';
import { formatTime } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
import { Button } from '#ui/parts/Button.tsx';
import type { DeskPhones } from './desk-phones.ts';
import type { LabText } from './lab-text.ts';

export function RowsPanel({ phones, text }: { readonly phones: DeskPhones; readonly text: LabText }) {
  const { lab, words } = text;
  const { till, shopper } = phones.facing.value;
  const [chosen, setChosen] = useState<PhoneName>(shopper);
  const name = chosen === till || chosen === shopper ? chosen : shopper;
  const [tables, setTables] = useState<readonly OpenTable[]>([]);
  const { truth } = phones.phones[name].value;
  const asked = useRef(0);
  const look = async (): Promise<void> => {
    const mine = ++asked.current;
    const { ok, value } = await phones.ask(name, { do: 'rows' });
    // Only the newest question: another phone's rows may come later than this one's.
    if (ok && mine === asked.current) setTables(value as readonly OpenTable[]);
  };
  useEffect(() => void look(), [name, truth]);
  return (
    <>
      <div class="row spread">
        <div class="desk-pick" role="group" aria-label={lab.rowsOf}>
          {[till, shopper].map((one) => (
            <button key={one} type="button" aria-pressed={one === name} onClick={() => setChosen(one)}>
              {words.phones[one]}
            </button>
          ))}
        </div>
        <Button onClick={() => void look()}>{lab.refresh}</Button>
      </div>
      <p class="small quiet">{lab.rowsHint}</p>
      {tables.map((table) => (
        <Rows key={table.name} table={table} text={text} />
      ))}
    </>
  );
}

function Rows({ table, text: { lab, locale } }: { readonly table: OpenTable; readonly text: LabText }) {
  return (
    <details class="lab-rows" open={table.name === 'outbox' || table.name === 'purses'}>
      <summary>{lab.rowsOfTable(table.name, table.count)}</summary>
      {table.rows.length > 0 && (
        <ul>
          {table.rows.map((row, index) => (
            <li key={index}>
              <dl>
                {row.map(([field, value]) => (
                  <div key={field}>
                    <dt>{field}</dt>
                    <dd>{shown(field, value, locale)}</dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

const ID_CHARS = 8;

function shown(field: string, value: Cell, locale: LabText['locale']): string {
  if (typeof value === 'number' && field.endsWith('Ms') && value > 1e11) return formatTime(value, locale, deviceZone, 'time');
  if (typeof value === 'string' && /^[0-9a-f]{16,}$/.test(value)) return `${value.slice(0, ID_CHARS)}…`;
  return String(value ?? '—');
}
