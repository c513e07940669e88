/** What the bundler puts in place of these names. */
interface ImportMetaEnv {
  /** demo: the build with the desk and the tester's lab. */
  readonly MODE: string;
  /** base64url of the root key that this build believes; absent: pinned at first sight. */
  readonly VITE_ROOT_KEY?: string;
}
interface ImportMeta {
  readonly env: ImportMetaEnv;
}
declare const __CHIT_VERSION__: string;
