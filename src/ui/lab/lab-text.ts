/** What the desk's parts are given to speak with: words in the language now shown. */
import type { Locale } from '#i18n/translate.ts';
import type { zhDesk } from '#i18n/zh/desk.ts';
import type { zhLab } from '#i18n/zh/lab.ts';

export type DeskWords = typeof zhDesk;
export type LabWords = typeof zhLab;
export type DeskText = { readonly words: DeskWords; readonly locale: Locale };
export type LabText = DeskText & { readonly lab: LabWords };
