/** The Chinese articles, in one chunk that is loaded when help is opened and precached with the app. */
export const sources: Readonly<Record<string, string>> = import.meta.glob<string>('./articles/zh/*.md', { query: '?raw', import: 'default', eager: true });
