/** The shelf, in the order in which a newcomer needs it. An id is part of a link: it is never renamed, only added. */
export const ARTICLE_IDS = [
  'what-is-chit',
  'pay-by-scan',
  'payment-pending',
  'payment-failed',
  'offline-purse',
  'pay-offline',
  'shop-without-network',
  'shop-sees-offline',
  'voucher-returned',
  'refund-note',
  'purse-frozen',
  'purse-halved',
  'pin-and-passkey',
  'records-and-receipt',
  'storage-cleared',
  'camera-trouble',
  'merchant-charge',
  'merchant-offline',
  'merchant-pending',
  'merchant-guarantee',
  'merchant-code-refused',
  'merchant-digits',
  'merchant-void-refund',
  'merchant-hand-over',
  'safety',
] as const;
export type ArticleId = (typeof ARTICLE_IDS)[number];

export function isArticleId(text: string): text is ArticleId {
  return (ARTICLE_IDS as readonly string[]).includes(text);
}
