/**
 * Words for every error code: what is the matter, and what to do now. Second person, no blame, no jargon. Where the outcome
 * is unknown the words never say that the money is gone, nor that it is safe to forget: they say how to find out.
 */
import type { ErrorDetail } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { formatWait } from '../formats.ts';

export type ErrorText = string | ((detail: ErrorDetail) => string);
export type ErrorWords = { readonly title: ErrorText; readonly whatNow: ErrorText };
export type FoundWords = Readonly<Record<string, { readonly title: string; readonly whatNow: string }>>;

const SCAN_AGAIN = '请商家重新出示收款码，再扫一次。你没有付款。';
const ASK_SHOP = '先不要付款，请商家联系运营方。你没有付款。';
const wait = (detail: ErrorDetail): string =>
  detail.retryAfterMs === undefined ? '请过一会儿再试。' : `请等 ${formatWait(detail.retryAfterMs, 'zh-CN')}再试。`;
const ref = (detail: ErrorDetail): string => (detail.requestId === undefined ? '' : `需要求助时，请报编号 ${detail.requestId}。`);
const againOrPin = ({ passkeyOnly }: ErrorDetail): string => `钱没有动。请再试一次${passkeyOnly === true ? '；连上网就能用支付密码。' : '，或改用支付密码。'}`;

export const zhErrors: Readonly<Record<ErrorCode, ErrorWords>> = {
  // codes that were scanned, pasted or typed
  E_EMPTY: { title: '这里什么都没有', whatNow: '请扫商家的收款码，或粘贴收款链接。' },
  E_TOO_LONG: { title: '内容太长，不是收款码', whatNow: '请扫商家屏幕上的随手付收款码。' },
  E_PREFIX: { title: '这不是随手付的收款码', whatNow: '我们不会打开它。请扫商家屏幕上的随手付收款码。' },
  E_WRONG_CODE: { title: '这个码用在别的地方', whatNow: '付款请扫商家屏幕上的收款码。' },
  E_FORMAT: { title: '码不完整，读不出来', whatNow: SCAN_AGAIN },
  E_VERSION: { title: '这个码来自更新版本的随手付', whatNow: '请刷新页面，更新后再扫一次。' },
  E_ALG: { title: '这个码的签名方式不对', whatNow: SCAN_AGAIN },
  E_ISSUER: { title: '认不出这个商家', whatNow: '请先联网更新一次再扫。如果还是这样，先不要付款。' },
  E_CERT_SIG: { title: '商家身份是假的', whatNow: '不要付款。这个码可能被人换过，请告诉店员。' },
  E_CERT_EXPIRED: { title: '商家的收款资格过期了', whatNow: '请商家的收款机联网更新，再出一个新码。你没有付款。' },
  E_INVOICE_EXPIRED: { title: '收款码过期了', whatNow: SCAN_AGAIN },
  E_INVOICE_FUTURE: { title: '时间对不上', whatNow: '两台设备中有一台的时间不准。请把两边的时间都设为自动，再扫一次。' },
  E_CURRENCY: { title: '币种不一样', whatNow: '这笔收款用的不是你账户的币种，不能付。你没有付款。' },
  E_AMOUNT: { title: '收款金额不对', whatNow: '金额是零或者太大。请商家重新输入金额。你没有付款。' },
  E_KEYSET: { title: '验证商家用的资料该更新了', whatNow: '请联网后再试。如果一直这样，先不要付款。' },
  E_RECEIPT_SIG: { title: '这张收据没有通过验证', whatNow: '不要凭它交货。请在收款机的记录里看这笔钱到了没有。' },
  E_MERCHANT: { title: '这是付给另一家店的', whatNow: '请核对店名，让对方出示付给本店的码。' },
  E_INVOICE_UNKNOWN: { title: '这不是本机开出的收款', whatNow: '请在开出这笔收款的收款机上查看。' },
  E_INVOICE_CLOSED: { title: '这笔收款已经结束', whatNow: '不要凭它交货。请在销售记录里看结果；顾客还没付的话，重新收一笔。' },
  E_NOTE_SIG: { title: '这张单据没有通过验证', whatNow: '它不是这家店签的，不算数。请店员在收款机上重新出示。' },
  // a customer's offline payment at the till
  E_PURSE_EXPIRED: { title: '顾客的离线零钱过期了', whatNow: '没有收到钱。请顾客联网后再付，或换一种方式。' },
  E_PURSE_FUTURE: { title: '时间对不上', whatNow: '没有收到钱。请把两台设备的时间设为自动，再扫一次。' },
  E_TAB_OTHER_MERCHANT: { title: '这笔零钱只能在别的店用', whatNow: '没有收到钱。请顾客换一种方式付。' },
  E_VOUCHER_SIG: { title: '付款码是假的', whatNow: '没有收到钱，不要交货。请顾客打开自己的随手付，重新付一次。' },
  E_LIMIT: { title: '超过了离线付款的上限', whatNow: '没有收到钱。请顾客联网付这一笔，或换一种方式。' },
  E_CHAIN: { title: '付款码的顺序不对', whatNow: '没有收到钱，不要交货。请顾客联网后再付。' },
  E_UV_REQUIRED: { title: '这个金额要用指纹或面容确认', whatNow: '钱没有动。用离线零钱付这么多，要付款人用指纹或面容确认；联网付可以用支付密码。' },
  E_REVOKED: { title: '顾客的离线零钱已被停用', whatNow: '没有收到钱，不要交货。请顾客联网付，或换一种方式。' },
  E_EQUIVOCATION: { title: '同一笔零钱付了两次', whatNow: '没有收到钱，不要交货。两张付款码都已留作证据，联网后会自动上报。' },
  E_FLOOR_PURSE: { title: '这位顾客的离线付款够多了', whatNow: '没有收到这一笔。先联网一次，前面的到账后就能再收；或请顾客换一种方式。' },
  E_FLOOR_TOTAL: { title: '本机未上传的收款太多了', whatNow: '没有收到这一笔。先让收款机联网一次，上传后就能继续收。' },
  E_SYNC_FIRST: { title: '收款机太久没有联网', whatNow: '没有收到这一笔。请先联网更新一次，再收离线付款。' },
  E_CLOCK_BEHIND: { title: '收款机的时间慢了', whatNow: '没有收到这一笔。请把设备时间设为自动，再扫一次。' },
  // amounts
  AMOUNT_EMPTY: { title: '还没有输入金额', whatNow: '请输入金额，例如 18.50。' },
  AMOUNT_FORMAT: { title: '看不懂这个金额', whatNow: '只用数字和一个小数点，最多两位小数，例如 18.50。' },
  AMOUNT_ZERO: { title: '金额不能是零', whatNow: '请输入大于零的金额。' },
  AMOUNT_TOO_LARGE: { title: '金额太大了', whatNow: '一笔最多 9,999,999.99。请分成几笔。' },
  // verdicts on a payment
  FORMAT: { title: '这笔付款没有成功', whatNow: '收款内容读不出来，钱没有动。请商家重新出码，再扫一次。' },
  SIGNATURE: { title: '这笔付款没有成功', whatNow: '这台设备的签名没有通过，钱没有动。请重新打开随手付再试。' },
  ID_REUSED: { title: '这个编号已经用过', whatNow: '请在记录里看原来那一笔的结果，再重新扫码。' },
  NOT_CONFIRMED: { title: '没有及时确认，没有付款', whatNow: '钱没有动。请重新扫码，再确认一次。' },
  INVOICE_PAID: { title: '这笔收款已经有人付过了', whatNow: '这次没有扣你的钱。请在记录里看看是不是你已经付了，或请店员核对。' },
  INVOICE_EXPIRED: { title: '收款码过期了，没有付款', whatNow: '钱没有动。请商家出一个新码，再扫一次。' },
  INVOICE_FUTURE: { title: '时间对不上，没有付款', whatNow: '钱没有动。商家的设备时间不准，请把时间设为自动，再出一个新码。' },
  INVOICE_MISMATCH: { title: '付款和收款对不上', whatNow: '钱没有动。请重新扫码，核对店名和金额。' },
  MERCHANT_UNKNOWN: { title: '认不出这个商家，没有付款', whatNow: ASK_SHOP },
  MERCHANT_SUSPENDED: { title: '这家店暂停收款', whatNow: '钱没有动。请换一种方式付，或请商家联系运营方。' },
  SAME_PARTY: { title: '不能付给自己', whatNow: '钱没有动。付款账户和收款账户是同一个人。' },
  CURRENCY: { title: '币种不一样，没有付款', whatNow: '钱没有动。这笔收款用的不是你账户的币种。' },
  AMOUNT_LIMIT: { title: '金额超过了上限', whatNow: '钱没有动。请商家分成几笔收。' },
  INSUFFICIENT_FUNDS: { title: '余额不够', whatNow: '钱没有动。请换一种方式付这一笔。' },
  ACCOUNT_FROZEN: { title: '账户被冻结了', whatNow: '钱没有动，余额还在。请联系运营方了解原因。' },

  // vouchers and notes that were uploaded, and purses
  UNKNOWN_PURSE: { title: '服务器不认识这个离线零钱', whatNow: '这一笔没有入账。请保留记录，联系运营方核对。' },
  LIMITS: { title: '超过了允许的金额', whatNow: '这一笔没有入账。钱没有多扣，请换一种方式重新付。' },
  CLAIM_DEADLINE: { title: '上传得太晚了', whatNow: '这笔离线付款过了入账期限，钱已退回付款人。请和对方重新结算。' },
  UNFUNDED: { title: '付款人的离线零钱被重复花了', whatNow: '剩下的钱和保障额度都用完了，这一笔没有入账。可以在记录里提出申诉。' },
  CLAIM_REFUSED: { title: '运营方没有支付这一笔', whatNow: '付款人把离线零钱重复花了。这一笔暂缓入账，核查后没有支付。可以在记录里提出申诉。' },
  NOT_YOUR_MERCHANT: { title: '这一笔不是付给这个商家的', whatNow: '这一笔没有入账。请核对是哪家店收的。' },
  NOT_SETTLED: { title: '这一笔没有入过账', whatNow: '没有入账的付款不能退款，钱没有动。' },
  PURSE_OPEN: { title: '这台设备已经有离线零钱了', whatNow: '可以往里面加钱，或先结束它再开新的。' },
  PURSE_LIMIT: { title: '超过了离线零钱的上限', whatNow: '钱没有动。请少放一些。' },
  PURSE_CLOSED: { title: '这个离线零钱已经停用', whatNow: '钱没有动。没花的到页面写的那一天回到余额。' },
  PURSE_TOO_NEW: { title: '新账户还不能用离线零钱', whatNow: '用满七天就能开通。现在可以联网付款。' },
  // problems of a request
  BAD_REQUEST: { title: '服务器看不懂这次请求', whatNow: (detail) => `请刷新页面再试。${ref(detail)}` },
  BODY_TOO_LARGE: { title: '内容太大，发不出去', whatNow: '请减少内容再试。' },
  UNSUPPORTED_MEDIA_TYPE: { title: '服务器看不懂这次请求', whatNow: '请刷新页面，更新后再试。' },
  METHOD_NOT_ALLOWED: { title: '服务器不支持这个操作', whatNow: '请刷新页面，更新后再试。' },
  NOT_FOUND: { title: '没有找到', whatNow: '它可能不在这台设备上。请回到记录里看看。' },
  UNAUTHENTICATED: { title: '需要重新登录', whatNow: '请联网后重新打开随手付，它会自己登录。等待中的付款都还在。' },
  FORBIDDEN: { title: '这个账户不能做这件事', whatNow: '如果你认为不对，请联系运营方。' },
  CROSS_SITE: { title: '请求不是从随手付发出的', whatNow: '请直接打开随手付再操作，不要从别的网页进入。' },
  RATE_LIMITED: { title: '操作太频繁', whatNow: wait },
  CODE_USED: { title: '开通码用不了', whatNow: '它可能输错了、用过了或过期了。请核对，或要一个新的。' },
  CHALLENGE: { title: '登录超时了', whatNow: '请再试一次。' },
  DEVICE_REVOKED: { title: '这台设备已被停用', whatNow: '钱还在账户里。请向运营方要一个新的开通码。' },
  TOO_MANY_DEVICES: { title: '设备太多了', whatNow: '一个账户最多 10 台设备。请联系运营方停用不再用的设备。' },
  PIN_WRONG: {
    title: '支付密码不对',
    whatNow: (detail) =>
      detail.triesLeft === undefined ? '钱没有动。请再输一次。' : detail.triesLeft > 0 ? `钱没有动。还可以试 ${detail.triesLeft} 次。` : '钱没有动。次数用完了，请先联网用它付一次。',
  },
  PIN_LOCKED: { title: '支付密码暂时锁住了', whatNow: (detail) => `错了太多次。${wait(detail)}钱没有动；有通行密钥的可以用它。` },
  PIN_NOT_SET: { title: '还没有支付密码', whatNow: '请在“我的”里设一个 6 位支付密码。' },
  PIN_WEAK: { title: '这个支付密码太好猜', whatNow: '不要用 123456、111111 这样的数字，也不要用生日。' },
  PASSKEY_REFUSED: { title: '通行密钥没有通过', whatNow: againOrPin },
  INTERNAL: { title: '服务器出了点问题', whatNow: (detail) => `已经确认的付款会自己继续核实；同一笔收款只会扣一次。请过一会儿再看。${ref(detail)}` },
  UNAVAILABLE: { title: '服务暂时用不了', whatNow: '已经确认的付款会自己继续核实；同一笔收款只会扣一次。请过一会儿再看。' },
  // this device
  OFFLINE: { title: '现在连不上网', whatNow: '这次没有新的付款。已经确认的付款会在连上网后自己核实。' },
  STORAGE_FULL: { title: '手机存储满了', whatNow: '请删掉一些照片或应用再试。没有存好之前，我们不会发出付款。' },
  STORAGE_BROKEN: { title: '浏览器的存储读写失败', whatNow: '请关掉所有随手付页面再打开。钱在账户里，不在手机里。' },
  STORAGE_CLEARED: { title: '浏览器清掉了这里的数据', whatNow: '钱还在账户里。证明是你，就能恢复。' },
  STORAGE_OUTDATED: { title: '这个页面是旧版本', whatNow: '请刷新这个页面。数据都还在。' },
  STORAGE_UNSUPPORTED: { title: '这个浏览器不能保存数据', whatNow: '请关闭无痕模式，或用系统浏览器打开随手付。' },
  STORAGE_SLOW: { title: '存储打开得太慢', whatNow: '请关掉其他随手付页面，再刷新。数据都还在。' },
  STORAGE_UPGRADE: { title: '这里的数据没能升级', whatNow: '数据原样都在，没有改动。请刷新再试；还不行，请等下一个版本。' },
  NOT_WRITER: { title: '另一个页面正在使用随手付', whatNow: '请在那个页面继续，或回到这里再试一次。' },
  NO_KEY: { title: '这台设备的密钥不见了', whatNow: '钱还在账户里。请用支付密码恢复。' },
  WORKER_LOST: { title: '随手付刚刚重新启动', whatNow: '数据都还在。请再试一次；同一笔收款只会扣一次。' },
  BROWSER_UNSUPPORTED: { title: '这个浏览器太旧了', whatNow: '请更新浏览器，或用系统自带的浏览器打开随手付。' },
  NOT_SIGNED_IN: { title: '这里还没有账户', whatNow: '请先开通，再回到这里。' },
  WRONG_MODE: { title: '这台设备不能做这件事', whatNow: '收款在商家的收款机上做，付款在顾客的手机上做。' },
  SALE_CLOSED: { title: '这笔收款已经结束', whatNow: '请在销售记录里看结果，或重新收一笔。' },
  DRAFT_GONE: { title: '确认页过期了', whatNow: '请重新扫码。如果刚才已经确认过，先看记录里的结果。' },
  CAMERA_DENIED: { title: '没有相机权限', whatNow: '请在浏览器设置里允许使用相机，或改用图片、粘贴。' },
  CAMERA_ABSENT: { title: '没有找到相机', whatNow: '可以选一张图片，或粘贴收款链接。' },
  CAMERA_BUSY: { title: '相机正被别的应用使用', whatNow: '请关掉那个应用再试，或改用图片、粘贴。' },
  CAMERA_LOST: { title: '相机停了', whatNow: '点一下重新打开，或改用图片、粘贴。' },
  PICTURE_NO_CODE: { title: '图片里没有找到码', whatNow: '请选一张更清楚、码在中间的图片。' },
  PICTURE_TOO_LARGE: { title: '图片太大', whatNow: '请选小于 20 MB 的图片，或截一张屏。' },
  PASSKEY_CANCELLED: { title: '没有完成指纹或面容确认', whatNow: againOrPin },
  PASSKEY_UNSUPPORTED: { title: '这个浏览器不支持通行密钥', whatNow: '请改用支付密码。' },
  TOO_MANY_WAITING: { title: '等待确认的付款太多', whatNow: '请先联网，等前面的付款有了结果。' },
  SIGN_OUT_HELD: { title: '还有付款在等结果，先不能退出', whatNow: '这些付款只存在这台设备上。请先联网，等它们都有了结果，再退出。' },
  TILL_NOT_HERE: { title: '这个窗口收不了离线付款', whatNow: '没有收到这一笔。窗口一关，记录就没了：请用手机自带的浏览器打开，不要用无痕窗口。联网时这里照样能收。' },
  PURSE_NOT_HERE: { title: '这个窗口里不能放离线零钱', whatNow: '窗口一关，零钱就跟着没了。请用手机自带的浏览器打开，不要用无痕窗口。联网付款在这里照样可以用。' },
  PURSE_SHORT: { title: '离线零钱付不了这一笔', whatNow: '钱没有动。这一笔比里面剩下的多、超过了单笔上限，或次数用完了。连上网，就能用余额付。' },
  PURSE_RENEW: { title: '离线零钱要联一次网', whatNow: '钱没有动，里面的钱还是你的。连上网一会儿，它会自己续期。' },
  CONFIRM_PIN: { title: '现在没有网，请用支付密码', whatNow: '钱没有动。这一笔从离线零钱里付，请输入支付密码确认。' },
  PIN_NOT_HERE: { title: '没有网时，这里核对不了支付密码', whatNow: '钱没有动。请先联网用支付密码付一次，以后没有网也能用。' },
  CODE_WRONG: {
    title: '这组数字对不上这笔收款',
    whatNow: (detail) =>
      detail.triesLeft === undefined || detail.triesLeft > 0
        ? `先不要交货。请顾客把这一笔的八位数字再念一遍。${detail.triesLeft === undefined ? '' : `还可以试 ${detail.triesLeft} 次。`}`
        : '不要交货。这笔收款不再接受数字，可以改扫顾客的收据码。',
  },
  CODE_LOCKED: { title: '这笔收款不再接受数字', whatNow: '错了太多次。请扫顾客的收据码，或等这台收款机联网。先别另收一笔。' },
  VOID_TOO_LATE: { title: '这笔钱不能再撤回', whatNow: '它已经入账，或者已经在退一部分。请把剩下的退款，顾客会拿回同样的钱。' },
  REFUND_TOO_MUCH: { title: '超过了还能退的金额', whatNow: '请看这笔收了多少、已经退了多少，最多填剩下的数。' },
  NOTE_NOT_YOURS: { title: '这张凭条说的是另一笔付款', whatNow: '这部手机的离线零钱没有付过这一笔。请用付款的那部手机来扫。' },
  CONFIRM_OFFLINE: { title: '现在没有网，请再确认一次', whatNow: '钱没有动。这一笔从离线零钱里付，请用指纹或面容确认。' },
};

/** What a foreign code is (E_PREFIX), and which of our own codes it is when this screen takes another one (E_WRONG_CODE). */
export const zhFound: FoundWords = {
  url: { title: '这是一个网址', whatNow: '不是随手付的收款码，我们没有打开它。付款请扫商家屏幕上的码。' },
  wifi: { title: '这是 Wi-Fi 的码', whatNow: '请用手机自带的相机连接 Wi-Fi。' },
  vcard: { title: '这是一张名片', whatNow: '不是收款码，我们没有保存它。' },
  alipay: { title: '这是支付宝的码', whatNow: '随手付付不了它。请商家出示随手付的收款码。' },
  wechat: { title: '这是微信的码', whatNow: '随手付付不了它。请商家出示随手付的收款码。' },
  emvco: { title: '这是别家的通用收款码', whatNow: '里面没有随手付的商家。请商家出示随手付的收款码。' },
  javascript: { title: '这个码里是一段程序', whatNow: '它可能有危险，我们没有运行它。请告诉店员。' },
  intent: { title: '这个码想打开别的应用', whatNow: '我们没有打开它。付款请扫商家屏幕上的码。' },
  text: { title: '这是一段普通文字', whatNow: '不是收款码。付款请扫商家屏幕上的码。' },
  invoice: { title: '这是一张收款码', whatNow: '请用顾客的手机扫它来付款。' },
  voucher: { title: '这是一张付款码', whatNow: '它由商家的收款机来扫。' },
  receipt: { title: '这是一张收据', whatNow: '收据只用来查看，不能再付一次。' },
  ack: { title: '这是商家的收妥回执', whatNow: '它只证明商家收下了，不能用来付款。' },
  note: { title: '这是一张退款单', whatNow: '退款会自己到账，不需要扫它来付款。' },
  purse: { title: '这是一张离线零钱的证书', whatNow: '它不能用来付款。请扫商家的收款码。' },
  merchant: { title: '这是商家的身份码', whatNow: '里面没有金额。请商家输入金额，出示收款码。' },
};
