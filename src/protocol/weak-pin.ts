/** PINs that thieves try first: the phone says so at once, and the server takes none of them. Pure. */
const COMMON_PINS: readonly string[] = ['112233', '332211', '123321', '654456', '147258', '258369', '159357', '147369', '100000', '000001', '123654', '110110'];

/** One step between all digits (111111, 123456, 864209), a part repeated, the keypad's lines. */
export function isWeakPin(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10);
  const oneStep = steps.every((step) => step === steps[0]);
  const repeated = [2, 3].some((length) => pin === pin.slice(0, length).repeat(pin.length / length));
  return oneStep || repeated || COMMON_PINS.includes(pin);
}
