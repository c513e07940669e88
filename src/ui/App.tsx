/**
 * The frame: which screen stands where, by the wallet's phase first and the address second. A wallet that was cleared or is
 * blocked is never drawn as a new one. Help opens in every phase. Everything but the shopper's first screen is loaded lazily.
 */
import lazy, { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { LocationHook } from 'preact-iso/router';
import type { ErrorCode } from '#protocol/errors.ts';
import { afterFrame } from './after-frame.ts';
import { AppContext, ShowingContext, useApp, useWords } from './app-context.ts';
import type { App as AppModels, Showing } from './app-context.ts';
import { Landing } from './customer/Landing.tsx';
import { Wallet } from './customer/Wallet.tsx';
import { hasTabs, isPaying } from './models/route.ts';
import { Banner } from './parts/Banner.tsx';
import { Button } from './parts/Button.tsx';
import { TabBar } from './parts/TabBar.tsx';
import type { Tab } from './parts/TabBar.tsx';
import { TopBar, countStep } from './parts/TopBar.tsx';
import { Blocked, Threshold } from './Threshold.tsx';
import { UpdateNotice } from './UpdateNotice.tsx';

const Scan = lazy(() => import('./customer/Scan.tsx').then((loaded) => loaded.Scan));
const Confirm = lazy(() => import('./customer/Confirm.tsx').then((loaded) => loaded.Confirm));
const PaymentSlip = lazy(() => import('./customer/PaymentSlip.tsx').then((loaded) => loaded.PaymentSlip));
const VoucherSlip = lazy(() => import('./customer/VoucherSlip.tsx').then((loaded) => loaded.VoucherSlip));
const PursePage = lazy(() => import('./customer/PursePage.tsx').then((loaded) => loaded.PursePage));
const PurseLoad = lazy(() => import('./customer/PurseLoad.tsx').then((loaded) => loaded.PurseLoad));
const Records = lazy(() => import('./customer/Records.tsx').then((loaded) => loaded.Records));
const PurseEventSlip = lazy(() => import('./customer/PurseEventSlip.tsx').then((loaded) => loaded.PurseEventSlip));
const CreditSlip = lazy(() => import('./customer/CreditSlip.tsx').then((loaded) => loaded.CreditSlip));
const Me = lazy(() => import('./account/Me.tsx').then((loaded) => loaded.Me));
const Announcements = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.Announcements));
const Till = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.Till));
const Sales = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.Sales));
const Pending = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.Pending));
const ExportPending = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.ExportPending));
const ImportPending = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.ImportPending));
const RefundSale = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.RefundSale));
const HonourSale = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.HonourSale));
const SaleDetail = lazy(() => import('./merchant/routes.tsx').then((loaded) => loaded.SaleDetail));
const HelpHome = lazy(() => import('./help/routes.tsx').then((loaded) => loaded.HelpHome));
const HelpArticle = lazy(() => import('./help/routes.tsx').then((loaded) => loaded.HelpArticle));

export function App({ models }: { readonly models: AppModels }) {
  return (
    <ShowingContext.Provider value={models}>
      <AppContext.Provider value={models}>
        <LocationProvider>
          <Crash>
            <Frame />
          </Crash>
        </LocationProvider>
      </AppContext.Provider>
    </ShowingContext.Provider>
  );
}

/** For a browser in which no wallet can run: the reason, and help. */
export function NoWallet({ showing, code }: { readonly showing: Showing; readonly code: ErrorCode }) {
  const Reason = () => <Blocked code={code} reload={() => location.reload()} api={null} />;
  return (
    <ShowingContext.Provider value={showing}>
      <LocationProvider>
        <div class="app">
          <ErrorBoundary>
            <Router>
              <Route path="/help" component={HelpHome} />
              <Route path="/help/:id" component={HelpArticle} />
              <Route default component={Reason} />
            </Router>
          </ErrorBoundary>
        </div>
      </LocationProvider>
    </ShowingContext.Provider>
  );
}

function Frame() {
  const { wallet } = useApp();
  const words = useWords().shell;
  // Not in preact-iso's types; its own router reads it.
  const { path, wasPush } = useLocation() as LocationHook & { readonly wasPush?: boolean };
  const { phase, identity } = wallet.snapshot.value;
  const remembered = phase === 'starting' && wallet.shown.value.phase === 'ready';
  const merchant = identity?.kind === 'merchant';
  usePayingScreens(path);
  useEffect(() => {
    if (merchant) document.documentElement.dataset['mode'] = 'merchant';
    else delete document.documentElement.dataset['mode'];
  }, [merchant]);
  return (
    <div class={`app${merchant ? ' app-wide' : ''}`}>
      <a class="skip-link" href="#main">
        {words.skipToContent}
      </a>
      <UpdateNotice path={path} />
      <ErrorBoundary>
        {merchant && <Announcements />}
        {/* Another account, which another tab may have brought here, has none of what is on these screens. */}
        <Router key={wallet.shown.value.identity?.accountId} onRouteChange={() => arrive(wasPush)}>
          <Route path="/help" component={HelpHome} />
          <Route path="/help/:id" component={HelpArticle} />
          <Route path="/i" component={Landing} />
          {phase === 'ready' ? (merchant ? merchantRoutes() : shopperRoutes()) : thresholdRoutes(remembered)}
        </Router>
      </ErrorBoundary>
      {(phase === 'ready' || remembered) && hasTabs(path) && <Tabs merchant={merchant} path={path} />}
    </div>
  );
}

function shopperRoutes() {
  return [
    <Route key="wallet" path="/" component={Wallet} />,
    <Route key="scan" path="/scan" component={Scan} />,
    <Route key="pay" path="/pay" component={Confirm} />,
    <Route key="me" path="/me" component={Me} />,
    <Route key="records" path="/records" component={Records} />,
    <Route key="payment" path="/records/payment/:id" component={PaymentSlip} />,
    <Route key="voucher" path="/records/voucher/:id" component={VoucherSlip} />,
    <Route key="purse" path="/purse" component={PursePage} />,
    <Route key="load" path="/purse/load" component={PurseLoad} />,
    <Route key="purse-event" path="/records/purse/:id" component={PurseEventSlip} />,
    <Route key="credit" path="/records/credit/:id" component={CreditSlip} />,
    <Route key="none" default component={NoSuchPage} />,
  ];
}

/** A screen with several addresses has one key: with two it would be drawn anew, and forget that a code is being checked. */
function merchantRoutes() {
  return [
    <Route key="till" path="/" component={Till} />,
    <Route key="till" path="/till" component={Till} />,
    <Route key="till" path="/till/scan" component={Till} />,
    <Route key="till" path="/till/digits" component={Till} />,
    <Route key="pending" path="/pending" component={Pending} />,
    <Route key="export" path="/pending/export" component={ExportPending} />,
    <Route key="import" path="/pending/import" component={ImportPending} />,
    <Route key="sales" path="/sales" component={Sales} />,
    <Route key="me" path="/me" component={Me} />,
    <Route key="sales" path="/records" component={Sales} />,
    <Route key="sale" path="/records/sale/:id" component={SaleDetail} />,
    <Route key="refund" path="/records/sale/:id/refund" component={RefundSale} />,
    <Route key="honour" path="/records/sale/:id/take" component={HonourSale} />,
    <Route key="none" default component={NoSuchPage} />,
  ];
}

/** The wallet screen alone is drawn from memory. Whatever is tapped on it waits for the wallet, like every other address. */
function thresholdRoutes(remembered: boolean) {
  const threshold = <Route key="threshold" default component={Threshold} />;
  return remembered ? [<Route key="wallet" path="/" component={Wallet} />, threshold] : threshold;
}

function Tabs({ merchant, path }: { readonly merchant: boolean; readonly path: string }) {
  const words = useWords().shell.tabs;
  const tabs: readonly Tab[] = merchant
    ? [
        { href: '/till', icon: 'till', label: words.till },
        { href: '/sales', icon: 'sales', label: words.sales },
        { href: '/me', icon: 'me', label: words.me },
      ]
    : [
        { href: '/', icon: 'wallet', label: words.wallet },
        { href: '/scan', icon: 'scan', label: words.scan, big: true },
        { href: '/me', icon: 'me', label: words.me },
      ];
  const current = tabOf(path, merchant);
  return <TabBar tabs={tabs} current={current} label={words.label} />;
}

function tabOf(path: string, merchant: boolean): string {
  if (!merchant) return path.startsWith('/records') || path === '/purse' ? '/' : path;
  if (path === '/' || path.startsWith('/till')) return '/till';
  return path.startsWith('/records') || path.startsWith('/pending') ? '/sales' : path;
}

function NoSuchPage() {
  const words = useWords().shell;
  return (
    <>
      <TopBar title={words.notFound} back="/" />
      <main class="page" id="main" tabIndex={-1}>
        <Button kind="primary" href="/" wide>
          {words.toStart}
        </Button>
      </main>
    </>
  );
}

/** Whoever is about to pay has the screens for it before they are needed, also while the wallet still opens: the slip must not wait for a network that may be gone. */
function usePayingScreens(path: string): void {
  useEffect(() => {
    const screens = [Confirm, PaymentSlip, VoucherSlip, ...(path === '/scan' ? [Scan] : [])];
    if (isPaying(path)) void Promise.all(screens.map((screen) => screen.preload())).catch(() => undefined);
  }, [path]);
}

/**
 * After a step the new page has the focus, so that a screen reader starts there; a field of it that took the focus keeps it. The
 * first page keeps the browser's. The router tells of a step when the page stands: a lazy one comes later than its address. Focus makes
 * the browser lay the page out, so it comes after the frame.
 */
function arrive(wasPush: boolean | undefined): void {
  if (wasPush) countStep();
  afterFrame(() => {
    const main = document.getElementById('main');
    if (!main?.contains(document.activeElement)) main?.focus({ preventScroll: true });
  });
}

/** A bug in a screen must not leave a blank page: the words say that the money is not touched. */
function Crash({ children }: { readonly children: ComponentChildren }) {
  const words = useWords().shell;
  const [error] = useErrorBoundary((thrown: unknown) => console.error(thrown));
  if (error === undefined) return <>{children}</>;
  return (
    <div class="app">
      <main class="page" id="main">
        <Banner tone="urgent" title={words.crashed} actions={<Button kind="ink" onClick={() => location.reload()}>{words.reload}</Button>}>
          {words.crashedNow}
        </Banner>
      </main>
    </div>
  );
}
