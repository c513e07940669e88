/** Every route there is. What is not in this table does not exist. */
import { appealRoutes } from './appeals.ts';
import { configRoutes } from './config.ts';
import { confirmationRoutes } from './confirmations.ts';
import { cspReportRoutes } from './csp-reports.ts';
import { demoRoutes } from './demo.ts';
import { eventRoutes } from './events.ts';
import { feedRoutes } from './feed.ts';
import { healthRoutes } from './health.ts';
import { meRoutes } from './me.ts';
import { openApiRoutes } from './openapi.ts';
import { passkeyRoutes } from './passkeys.ts';
import { paymentRoutes } from './payments.ts';
import { pinRoutes } from './pin.ts';
import { proofRoutes } from './proofs.ts';
import { purseRoutes } from './purses.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { syncRoutes } from './sync.ts';
import { tillRoutes } from './till.ts';

export const ROUTES: readonly Route[] = [
  ...configRoutes,
  ...sessionRoutes,
  ...meRoutes,
  ...tillRoutes,
  ...pinRoutes,
  ...passkeyRoutes,
  ...confirmationRoutes,
  ...paymentRoutes,
  ...purseRoutes,
  ...syncRoutes,
  ...proofRoutes,
  ...appealRoutes,
  ...feedRoutes,
  ...eventRoutes,
  ...demoRoutes,
  ...cspReportRoutes,
  ...healthRoutes,
  ...openApiRoutes(() => ROUTES),
];
