/** Sixteen digits in fours, or without gaps; American Express 4-6-5; Diners 4-6-4. */
const GROUPED =
  /(?<![\d.])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5}|3[068]\d{2}([ -]?)\d{6}\3\d{4})(?!\d)/g;

/** First digits of the networks (ISO/IEC 7812): Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay, Maestro. */
const NETWORK = /^(?:4|5[0-8]|2[2-7]|3[4578]|30[0-5]|36|6[0245-9])/;

/** Is there a number of a payment card: of a network's form, with the right check digit? */
export function hasCard(text: string): boolean {
  for (const [found] of text.matchAll(GROUPED)) {
    const digits = found.replace(/\D/g, '');
    if (NETWORK.test(digits) && passesLuhn(digits)) return true;
  }
  return false;
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
