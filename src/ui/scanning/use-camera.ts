/** The camera runs while the screen that asks for it is open, and never after. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScanProblem, Scanner } from '#scan/scanner.ts';
import { startScanner } from '#scan/scanner.ts';
import { useApp } from '../app-context.ts';

/** `round`: with another one, the code that is still in view counts as new. */
export function useCamera(onText: (text: string) => void, round: number) {
  const { createDecoder } = useApp();
  const container = useRef<HTMLDivElement>(null);
  const [scanner, setScanner] = useState<Scanner | null>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<ScanProblem | null>(null);
  // The newest one: what a code means may change while the camera runs.
  const listener = useRef(onText);
  listener.current = onText;

  useEffect(() => {
    if (container.current === null) return undefined;
    let gone = false;
    const starting = startScanner(container.current, {
      createWorker: createDecoder,
      onText: (text) => {
        setProblem(null);
        listener.current(text);
      },
      onProblem: (found) => {
        if (!gone) setProblem(found);
      },
      onReady: () => {
        setProblem(null);
        setReady(true);
      },
    });
    void starting.then((started) => {
      if (!gone) setScanner(started);
    });
    return () => {
      gone = true;
      void starting.then((started) => started.stop());
    };
  }, []);

  useEffect(() => scanner?.forget(), [round]);

  const restart = () => {
    setProblem(null);
    void scanner?.restart();
  };
  return { container, scanner, ready, problem, restart };
}
