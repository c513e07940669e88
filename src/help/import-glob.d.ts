/** The one thing of the bundler that this room uses. vite/client would bring the page's globals along. */
interface ImportMeta {
  glob<T>(pattern: string, options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true }): Record<string, T>;
}
