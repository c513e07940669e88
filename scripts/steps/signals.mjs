/** A script that is told to end passes it on, so that nothing is left running, and then ends; the returned function says whether it was told. */
export function forwardSignals(child) {
  let told = false;
  const pass = (signal) => {
    told = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
    return told;
  };
}
