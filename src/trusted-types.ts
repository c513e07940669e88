/**
 * The page's Trusted Types: one policy that lets our own scripts start workers, and a default one that lets html5-qrcode empty
 * an element, and nothing else. In a browser without Trusted Types the same checks run.
 */
import { assert } from '#base/assert.ts';

type Policy = { createScriptURL(url: string): string; createHTML(html: string): string };
type Rules = { createScriptURL?(url: string): string; createHTML?(html: string): string };
type Factory = { createPolicy(name: string, rules: Rules): Policy };

/** Gives the function that turns one of `allowed` into an address a worker may be started from. */
export function scriptAddresses(page: Window, allowed: readonly string[]): (url: string) => string {
  const rules = {
    createScriptURL(url: string): string {
      assert(allowed.includes(url), 'only our own scripts are started');
      return url;
    },
  };
  const factory = (page as unknown as { readonly trustedTypes?: Factory }).trustedTypes;
  if (factory === undefined) return rules.createScriptURL;
  const policy = factory.createPolicy('app', rules);
  factory.createPolicy('default', {
    createHTML(html: string): string {
      assert(html === '', 'no text becomes markup');
      return html;
    },
  });
  return (url) => policy.createScriptURL(url);
}
