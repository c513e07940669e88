/** fetch as it is given: the browser's, or a test's network. Paths only: the wallet talks to its own server and to nobody else. */
export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;
