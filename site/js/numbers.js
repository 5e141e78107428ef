// Reads what people write when they mean a station or a constituency by its number. Pure.

import { words } from "./fold.js";

/**
 * What a query means: one station, a constituency, a station's number in any constituency, or a bare number that may
 * be either.
 * @typedef {{kind: "station", constituency: number, number: number}
 *   | {kind: "constituency", constituency: number}
 *   | {kind: "number", number: number}
 *   | {kind: "bare", number: number}} Numbers
 */

// Folded beginnings of the words in Azerbaijani, English and Russian.
const CONSTITUENCY = /^(dair|constituenc|distri|okrug)/;
const STATION = /^(menteg|station|ucast)/;
const FILLER = /^(sayli|nomreli|nomre|nomer|no|n|num|number|polling|secki|electoral|izbirateln.*|of|in|the|and|ve|v|i)$/;
// Endings of ordinals, as words of their own (12-ci, 12-й) or attached (12th).
const ENDING = /^(n?c[iu]|[iu]nc[iu]|y|ya|go|st|nd|rd|th)$/;

const PAIR = /^\s*0*(\d{1,3})\s*[/\\\-–—.,:\s]\s*0*(\d{1,3})\s*$/;
const SIX_DIGITS = /^\s*(\d{3})(\d{3})\s*$/;

/**
 * Return what numbers `query` names, or null if it is a text like any other. Numbers are 1 to 999.
 * @param {string} query
 * @returns {Numbers | null}
 */
export function parseNumbers(query) {
  const pair = PAIR.exec(query) || SIX_DIGITS.exec(query);
  if (pair) {
    const [constituency, number] = [Number(pair[1]), Number(pair[2])];
    return constituency > 0 && number > 0 ? { kind: "station", constituency, number } : null;
  }
  /** @type {number | null} */ let constituency = null;
  /** @type {number | null} */ let station = null;
  /** @type {number | null} */ let loose = null;
  /** @type {"constituency" | "station" | null} */ let noun = null;
  for (const word of words(query)) {
    if (FILLER.test(word) || ENDING.test(word)) continue;
    const digits = /^0*(\d{1,3})(?:st|nd|rd|th|n?c[iu]|y)?$/.exec(word);
    const meant = CONSTITUENCY.test(word) ? "constituency" : STATION.test(word) ? "station" : null;
    if (digits) {
      if (loose !== null) return null;
      loose = Number(digits[1]);
    } else if (meant) {
      if (noun !== null) return null;
      noun = meant;
    } else return null;
    // A number belongs to the nearest noun still without one, whichever comes first.
    if (loose !== null && noun !== null) {
      if (noun === "constituency") {
        if (constituency !== null) return null;
        constituency = loose;
      } else {
        if (station !== null) return null;
        station = loose;
      }
      loose = noun = null;
    }
  }
  if (noun !== null || constituency === 0 || station === 0 || loose === 0) return null;
  if (loose !== null) return constituency === null && station === null ? { kind: "bare", number: loose } : null;
  if (constituency !== null && station !== null) return { kind: "station", constituency, number: station };
  if (constituency !== null) return { kind: "constituency", constituency };
  return station !== null ? { kind: "number", number: station } : null;
}
