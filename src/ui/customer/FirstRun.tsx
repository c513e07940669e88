/** The first screen of somebody who has no wallet here: what the app does, and one way in. */
import { useState } from 'preact/hooks';
import type { Err, Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { WalletApi } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Field } from '../parts/Field.tsx';
import { Seal } from '../parts/Seal.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { LanguageSwitch } from '../parts/LanguageSwitch.tsx';
import { InstallHint } from './InstallHint.tsx';
import './first-run.css';

export function FirstRun() {
  const words = useWords().shell;
  return (
    <>
      <TopBar title={words.appName} help="what-is-chit">
        <LanguageSwitch />
      </TopBar>
      <main class="page" id="main" tabIndex={-1}>
        <div class="first-hero">
          <Seal state="settled" />
          <p class="first-lead">{words.firstRun.lead}</p>
        </div>
        <InstallHint />
        <ul class="first-points">
          {words.firstRun.points.map((point) => (
            <li key={point.title}>
              <h2>{point.title}</h2>
              <p class="quiet">{point.text}</p>
            </li>
          ))}
        </ul>
        <WayIn shops />
      </main>
    </>
  );
}

/** Play money exists in the demo build only, and there only when the server says so. */
const PLAYS = import.meta.env.MODE === 'demo';

type Enrolment = Parameters<WalletApi['enrol']>[0];

/** Play money at once in a demo, the operator's code otherwise. Used by the landing of a charge link too. */
export function WayIn({ shops }: { readonly shops: boolean }) {
  const { wallet, install } = useApp();
  const words = useWords().shell.firstRun;
  const { mode, connection } = wallet.snapshot.value;
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const [withCode, setWithCode] = useState(false);
  const coding = withCode || mode === 'production';

  async function enrol(how: Enrolment): Promise<void> {
    setBusy('code' in how ? 'code' : how.demo);
    setProblem(null);
    const result: Result<void, ErrorCode> = await wallet.api.enrol(how);
    setBusy(null);
    if (result.ok) void install.askToPersist();
    else setProblem(result);
  }

  return (
    <div class="stack push-down">
      {problem && <ErrorBanner problem={problem} />}
      {coding && <CodeForm busy={busy === 'code'} onCode={(code) => void enrol({ code })} />}
      {mode === null && connection === 'offline' && (
        <p class="quiet center" role="status">
          {words.offline}
        </p>
      )}
      {PLAYS && mode === 'demo' && (
        <>
          <Button kind="primary" wide busy={busy === 'new-shopper'} onClick={() => void enrol({ demo: 'new-shopper' })}>
            {busy === 'new-shopper' ? words.opening : words.tryPlay}
          </Button>
          <p class="quiet small center">{words.tryPlayNote}</p>
          {shops && (
            <Button kind="outline" icon="till" wide busy={busy === 'demo-merchant'} onClick={() => void enrol({ demo: 'demo-merchant' })}>
              {words.tryTill}
            </Button>
          )}
        </>
      )}
      {!coding && (
        <Button kind="plain" wide onClick={() => setWithCode(true)}>
          {words.haveCode}
        </Button>
      )}
    </div>
  );
}

/** Eight digits or letters: what has fewer the server does not read. */
const CODE = /(\w\W*){8}/;

export function CodeForm({ busy, onCode }: { readonly busy: boolean; readonly onCode: (code: string) => void }) {
  const words = useWords().shell.firstRun;
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState(false);
  function submit(event: Event): void {
    event.preventDefault();
    const text = code.trim();
    const whole = CODE.test(text);
    setWrong(!whole);
    if (whole && !busy) onCode(text);
  }
  return (
    <form class="stack" onSubmit={submit}>
      <Field label={words.codeLabel} hint={words.codeHint} value={code} onInput={setCode} maxLength={80} problem={wrong && words.codeMissing} />
      <Button kind="primary" type="submit" wide busy={busy}>
        {busy ? words.opening : words.open}
      </Button>
    </form>
  );
}
