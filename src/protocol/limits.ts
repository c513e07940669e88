/** A limit on everything, each with its reason. Units are in the names. */
export const LIMITS = {
  /** protocol.md section 4: no payment-path code needs more, and a decoder must not be fed novels. */
  codeTextChars: 1_000,
  /** protocol.md section 4. */
  cborDepth: 8,
  /** The largest object that a decoder reads, unless the reader names another bound; a key set is the largest that names none. */
  objectBytes: 4_096,
  /** Keys in one key set: four uses, each with its next key, and room. */
  keySetKeys: 16,
  /** The merchant certificate's field; protocol.md section 4. Counted in UTF-8 bytes, so that the code's size is bounded. */
  merchantNameBytes: 40,
  /** One payment, any currency: the keypad's 7 digits and 2 decimals. Far below 2^53. */
  amountMinor: 999_999_999,
  /** What an account may hold. Sums of this many accounts stay safe integers. */
  balanceMinor: 99_999_999_999,
  /** A charge lives this long unless the till says otherwise; protocol.md section 2 (relay). */
  invoiceTtlSeconds: 180,
  /** An invoice may ask for at most this; longer ones are refused. */
  invoiceTtlMaxSeconds: 3_600,
  /** protocol.md 5.3 step 7: how far ahead of us another clock may be. */
  clockAheadSeconds: 300,
  /** A payment that left in time may arrive this late. */
  invoiceGraceSeconds: 30,
  /** A merchant certificate's life; protocol.md section 4. */
  merchantCertDays: 30,
  /** A user's confirmation of one order is good for this long. */
  confirmationMs: 5 * 60_000,
  /** A session challenge is good for this long. */
  challengeMs: 2 * 60_000,
  /** An operator's enrolment code waits this long for its device; a demo code is used at once. */
  enrolmentMs: 24 * 3_600_000,
  demoEnrolmentMs: 10 * 60_000,
  /** A session ends after this long; the device key opens a new one. */
  sessionMs: 30 * 86_400_000,
  /** The payment PIN's digits. */
  pinDigits: 6,
  /** Wrong PINs in a row before the PIN locks; the lock doubles from pinLockMs with each further one. */
  pinTries: 5,
  pinLockMs: 60_000,
  pinLockMaxMs: 24 * 3_600_000,
  /** The largest body the server reads; sync batches are 128 kB, protocol.md 8.1. */
  bodyBytes: 131_072,
  /** Objects and lists inside each other in a body. Ours need 4; a parser must not be fed towers. */
  jsonDepth: 16,
  /** Headers of one request. */
  headerBytes: 16_384,
  /** One page of the feed. */
  feedPage: 100,
  /** Devices and passkeys of one account. */
  devicesPerAccount: 10,
  passkeysPerAccount: 10,
  /** Live event streams of one account: tills and phones of one shop. */
  streamsPerAccount: 8,
  /** Comments that keep a silent stream alive through proxies, and tell the server who is gone. */
  streamHeartbeatMs: 15_000,
  /** How often the server asks the store for all connected parties at once: other processes post too. */
  streamPollMs: 1_000,
  /** A server answer larger than this is not ours. */
  replyBytes: 1_048_576,
  /** How long a request may take before its outcome is called unknown. */
  requestTimeoutMs: 10_000,
  /** Reachability probe; protocol.md section 3 gives the till 2.5 s. */
  probeTimeoutMs: 2_500,
  /** The same where a request failed a moment ago: a person who can pay or be paid without a network does not wait through it again. */
  offlineProbeMs: 600,
  /** While it is online, a till asks this often whether its status list and key set are the newest. */
  listRefreshMs: 600_000,
  /** Retries: full jitter between these; protocol.md 8.1. */
  retryMinMs: 2_000,
  retryMaxMs: 300_000,
  /** Behind the event stream: how often the till asks anyway. */
  pollMs: 5_000,
  /** Open sales a till keeps; older open ones are cancelled first. */
  openSales: 20,
  /** Eight digits that a customer reads out: wrong tries for one sale (protocol.md section 7), and the newest of its codes that they may be about. */
  codeTries: 5,
  codesOfSale: 3,
  /** Requests that wait on this device. */
  outboxRows: 500,
  /** Records shown at once; the rest on demand. */
  recordsPage: 50,
  /** A picture given to the scanner. */
  pictureBytes: 20 * 1_048_576,
  /** The same, unpacked, 4 bytes each: more would end the tab on a cheap phone. */
  picturePixels: 60_000_000,
  /** Ids in the audience of one tab purse. With two, the widest voucher is still v12-L; more is for terminals of one shop. */
  purseAudience: 4,
  /** A claim on a purse may come this long after its expiry; protocol.md section 2. */
  claimGraceSeconds: 96 * 3_600,
  /** What is younger is brought again to a server that was restored: the longest life of a purse, its grace, and a week of being held. */
  bringAgainMs: (72 + 96 + 7 * 24) * 3_600_000,
  /** A till's status list: older than the first, its caps are halved; older than the second, open purses are refused. */
  listAmberSeconds: 24 * 3_600,
  listStaleSeconds: 72 * 3_600,
  /** A key set older than this stops offline acceptance; protocol.md 5.6. */
  keySetMaxAgeSeconds: 30 * 86_400,
  /** How far behind the newest server time a device's clock may be; protocol.md 5.3. */
  clockBehindSeconds: 600,
  /** Claims that the guarantee pays are held this long for merchants younger than this, or with more such claims than this; 5.5. */
  heldDays: 7,
  heldHistoryDays: 30,
  heldConflicts: 3,
  /** Items of one sync request; protocol.md 8.1. */
  syncItems: 100,
  /** A signed status list: 1 bit for each of half a million purses, deflated, and some thousand of them set. */
  statusListBytes: 16_384,
  /** Purses that one list tells of. Unpacked 128 kB. */
  statusIndices: 1_048_576,
  statusUriChars: 200,
  /**
   * An old list is kept this long after a newer one: a till may accept by it until it is stale, and the claim may come until the
   * deadline of a certificate of the longest life. The guarantee asks whether the list was ours.
   */
  statusListKeptMs: (72 + 72 + 96) * 3_600_000,
  /** Purses of one account that are not released: each device's open purse and tabs, and those that are closing. A change of one locks all, and /v1/me shows them. */
  pursesPerAccount: 30,
  /** The same in one reply: accounts may have more from before there was a limit. */
  pursesShown: 200,
  /** A refund that came before its voucher is asked for again after this long. */
  noteRetryMs: 60_000,
  /** Refunds of one voucher that wait or were refused: each is kept, and all are read with it. More of them are asked for again, and not kept. */
  idleRefunds: 20,
  /** Vouchers kept of a purse, as a multiple of what its certificate allows: who signs more has two histories, and what nobody claims is refused then. */
  vouchersPerCount: 2,
  /** Words of one appeal, and appeals of one account that nobody has answered. */
  appealChars: 1_000,
  appealsOpen: 50,
  /** An export as animated codes: 500 vouchers with their charges. */
  urMessageBytes: 262_144,
  urParts: 1_024,
  /** One part of it: a code of v15-L. */
  urFragmentBytes: 300,
  /** The same as a file: outboxRows items of the widest vouchers with their charges, in base64url. */
  pendingFileChars: 1_048_576,
  /** What ends a passkey's client data, where it is not one of the two usual endings. With more, the widest voucher's code would pass v16-L. */
  stepUpSuffixBytes: 96,
  /** What the page remembers of the wallet screen: five records of the longest names are 4,000 characters. */
  pictureChars: 16_384,
  /** What demo accounts start with. Play money. */
  demoShopperMinor: 50_000,
  /** With less than this, whoever joins as the demo shopper is given play money again. */
  demoFillUpMinor: 10_000,
} as const;
