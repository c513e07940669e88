/** What components may reach: the models, built once by the shell and given through two contexts; nothing else is global. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { assert } from '#base/assert.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { Locale } from '#i18n/translate.ts';
import type { InstallModel } from './models/install.ts';
import type { LanguageModel } from './models/language.ts';
import type { NotesModel } from './models/notes.ts';
import type { NowModel } from './models/now.ts';
import type { PayModel } from './models/pay.ts';
import type { SettingsModel } from './models/settings.ts';
import type { UpdateModel } from './models/update.ts';
import type { WalletModel } from './models/wallet.ts';

/** How things are shown. Enough for a page without a wallet, such as help or the desk. */
export type Showing = {
  readonly settings: SettingsModel;
  readonly language: LanguageModel;
  readonly now: NowModel;
};

export type App = Showing & {
  readonly wallet: WalletModel;
  readonly pay: PayModel;
  readonly notes: NotesModel;
  readonly update: UpdateModel;
  readonly install: InstallModel;
  /** Starts a decoder of scanned frames; the shell knows its address. */
  readonly createDecoder: () => Worker;
};

export const ShowingContext = createContext<Showing | null>(null);
export const AppContext = createContext<App | null>(null);

export function useShowing(): Showing {
  const showing = useContext(ShowingContext);
  assert(showing !== null, 'a component is drawn inside the shell');
  return showing;
}

export function useApp(): App {
  const app = useContext(AppContext);
  assert(app !== null, 'a screen with money on it is drawn inside the app');
  return app;
}

/** The words of the language now chosen. Reading them subscribes the component to a change of language. */
export function useWords(): Catalogue {
  return useShowing().language.words.value;
}

export function useLocale(): Locale {
  return useShowing().language.locale.value;
}
