/**
 * Typed catalogues. Chinese is written first and is the type: the English one must have every key with the same shape.
 * A message is a string, or a function of what it mentions; so the compiler checks keys and parameters, and nothing parses
 * messages at run time. One file a subject under zh/ and en/; each subject's English file says `satisfies typeof zhSubject`.
 */
export type Locale = 'zh-CN' | 'en';

/** First of the user's languages that we speak; Chinese when none is. */
export function chooseLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'zh-CN';
}
