/** What a code that is not ours seems to be, so that the words for it can help. A guess for people; nothing is ever opened. */
export type ForeignKind = 'url' | 'wifi' | 'vcard' | 'alipay' | 'wechat' | 'emvco' | 'intent' | 'javascript' | 'text';

/** First match wins. Payer codes of Alipay begin with 25-30, of WeChat with 10-15. */
const SIGNS: readonly (readonly [ForeignKind, RegExp])[] = [
  ['alipay', /^(?:https?:\/\/(?:[a-z0-9-]+\.)*alipay\.com(?:[/?#:]|$)|alipays?:|(?:2[5-9]|30)[0-9]{14,22}$)/iu],
  ['wechat', /^(?:wxp:|weixin:|wechat:|https?:\/\/(?:[a-z0-9-]+\.)*(?:weixin\.qq|wechat|wx\.tenpay)\.com(?:[/?#:]|$)|1[0-5][0-9]{16}$)/iu],
  ['javascript', /^(?:javascript|data|vbscript):/iu],
  ['intent', /^intent:/iu],
  ['wifi', /^wifi:/iu],
  ['vcard', /^(?:begin:vcard|mecard:)/iu],
  ['emvco', /^000201/u],
  ['url', /^(?:https?:|www\.)/iu],
];

export function foreignKind(text: string): ForeignKind {
  return SIGNS.find(([, sign]) => sign.test(text))?.[0] ?? 'text';
}
