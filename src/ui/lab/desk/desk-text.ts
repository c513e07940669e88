/** What the parts of the desk are given: its words in the language now shown, and its model. */
import type { Locale, Shape } from '#i18n/translate.ts';
import type { zhDesk } from '#i18n/zh/desk.ts';
import type { DeskModel } from './desk-model.ts';

export type DeskWords = Shape<typeof zhDesk>;
export type DeskText = { readonly words: DeskWords; readonly locale: Locale };
export type DeskProps = { readonly desk: DeskModel; readonly text: DeskText };
