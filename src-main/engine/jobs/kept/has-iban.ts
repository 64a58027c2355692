import { lookUp } from '../../protocols/look-up.ts';

/** Length of a country's IBAN, from the registry of ISO 13616. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 DK18 FI18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 CH21 HR21 LI21 LV21 ' +
    'BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 ' +
    'PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 ' +
    'AZ28 BY28 CY28 DO28 GT28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31 LC32 RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const BEGINNING = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}/gi;

/** Is there a bank account's number: of a country's length, with the right check digits? Spaces and dashes are allowed. */
export function hasIban(text: string): boolean {
  for (const { 0: found, index } of text.matchAll(BEGINNING)) {
    const length = lookUp(LENGTHS, found.slice(0, 2).toUpperCase());
    const iban = length === undefined ? null : readIban(text, index, length);
    if (iban !== null && remainderOf97(iban) === 1) return true;
  }
  return false;
}

/** So many letters and digits, with single gaps between; null: there are fewer, or more follow. */
function readIban(text: string, from: number, length: number): string | null {
  let iban = '';
  let at = from;
  for (; iban.length < length; at += 1) {
    const sign = text.charAt(at);
    if (isSign(sign)) iban += sign;
    else if ((sign !== ' ' && sign !== '-') || !isSign(text.charAt(at + 1))) return null;
  }
  return isSign(text.charAt(at)) ? null : iban.toUpperCase();
}

/** A letter without an accent, or a digit. */
function isSign(sign: string): boolean {
  return (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
}

/** ISO 7064, MOD 97-10: the first four signs go to the end, letters count from ten. */
function remainderOf97(iban: string): number {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
