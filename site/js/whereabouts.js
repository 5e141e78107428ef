// Which constituencies' files a query needs, where there is one for each. Pure.

import { parseNumbers } from "./numbers.js";
import { wantedIn } from "./search.js";
import { beginsWithinOneEdit, SHORTEST_MISSPELT } from "./spelling.js";
import { LIVE } from "./status.js";

/** @typedef {import("./rows.js").Catalogue} Catalogue */
/** @typedef {import("./rows.js").Constituency} Constituency */
/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Facets} Facets */

/** How many constituencies a `~` passes over. */
const FAR = 70;
const FIRST_CODE = 48;
const DIGIT = /^\d/;

/**
 * Where a query's answers may be: `exact` ones, those meant by number before others, and all that may hold words like
 * those wanted.
 * @typedef {{exact: Constituency[], similar: Constituency[]}} Needed
 */

/**
 * Return the constituencies that may hold what is asked for, read or not.
 * @param {Catalogue} catalogue
 * @param {string} query
 * @param {Facets} facets
 * @returns {Needed}
 */
export function neededFor(catalogue, query, { region, live, states }) {
  const wanted = wantedIn(query);
  if (wanted.length === 0) return { exact: [], similar: [] };
  const chosen = (/** @type {Constituency} */ place) => (region < 0 || place.region === region)
    && (!live || states === null || (states[String(place.number).padStart(3, "0")] || "").indexOf(LIVE) >= 0);
  const meant = parseNumbers(query);
  const all = catalogue.constituencies.filter((place) => place.numbers.length > 0 && chosen(place));
  if (!meant) return { exact: holding(catalogue, wanted, true, false, all), similar: holding(catalogue, wanted, true, true, all) };
  const number = meant.kind === "constituency" || meant.kind === "station" ? meant.constituency : meant.kind === "bare" ? meant.number : -1;
  const named = all.filter((place) => place.number === number);
  if (meant.kind === "station") {
    const answering = named.filter((place) => place.numbers.indexOf(meant.number) >= 0);
    if (answering.length > 0) return { exact: answering, similar: [] };
  }
  const numbered = meant.kind === "number" || meant.kind === "bare" ? all.filter((place) => place.numbers.indexOf(meant.number) >= 0) : [];
  return { exact: Array.from(new Set(named.concat(numbered, holding(catalogue, wanted, false, false, all)))), similar: [] };
}

/**
 * Whether an answer shows enough in each meaning of the query, so that nothing more need be fetched for it.
 * @param {Catalogue} catalogue
 * @param {string} query
 * @param {Answer} answer
 * @param {{alone: number, several: number}} most how many rows a group shows by itself, and beside others
 * @returns {boolean}
 */
export function isEnough({ constituencies }, query, { groups }, most) {
  const meant = parseNumbers(query);
  const count = (/** @type {string} */ kind) => groups.filter((group) => group.kind === kind).reduce((sum, group) => sum + group.count, 0);
  if (meant && (meant.kind === "number" || meant.kind === "bare")) {
    const there = constituencies.filter((place) => place.numbers.indexOf(meant.number) >= 0).length;
    if (there > 0) return count("numbered") >= Math.min(there, most.several);
  }
  if (meant && count("station") + count("constituency") > 0) return true;
  return count("text") + count("similar") >= most.alone;
}

/**
 * Return those of `all` that may hold rows with every wanted word.
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @param {boolean} named whether the names of constituency and region count
 * @param {boolean} misspelt whether words within one edit count
 * @param {Constituency[]} all
 * @returns {Constituency[]}
 */
function holding(catalogue, wanted, named, misspelt, all) {
  const { regions, constituencies, vocabulary } = catalogue;
  // The table leaves numbers out: those of houses are everywhere.
  const holders = wanted.filter((word) => !DIGIT.test(word)).map((word) => {
    const near = misspelt && word.length >= SHORTEST_MISSPELT;
    const fits = (/** @type {number} */ number) => isLike(vocabulary.words[number], word, near);
    const ofRegions = regions.map((region) => named && region.words.some(fits));
    const held = placesWith(catalogue, word, near);
    return constituencies.map((place, i) => held[i] === 1 || ofRegions[place.region] || (named && place.words.some(fits)));
  });
  const set = new Set(all);
  return constituencies.filter((place, i) => set.has(place) && holders.every((held) => held[i]));
}

/**
 * @param {Catalogue} catalogue
 * @param {string} word
 * @param {boolean} near whether words within one edit of it count
 * @returns {Uint8Array} 1 for each constituency that may hold a word that begins like this one
 */
function placesWith({ constituencies, whereabouts }, word, near) {
  const held = new Uint8Array(constituencies.length);
  if (whereabouts === null) return held.fill(1);
  whereabouts.beginnings.forEach((beginning, n) => {
    const fits = beginning.endsWith(".")
      ? isLike(beginning.slice(0, -1), word, near)
      : beginning.startsWith(word) || word.startsWith(beginning) || (near && beginsWithinOneEdit(beginning, word, true));
    if (fits) mark(held, whereabouts.places[n]);
  });
  return held;
}

/**
 * @param {string} other
 * @param {string} word
 * @param {boolean} near
 * @returns {boolean} whether `other` begins with `word`, or within one edit of it where what is near counts
 */
function isLike(other, word, near) {
  return other.startsWith(word) || (near && other.length + 1 >= word.length && beginsWithinOneEdit(other, word));
}

/**
 * @param {Uint8Array} held
 * @param {string} places as the file writes them
 */
function mark(held, places) {
  let place = 0;
  for (let i = 0; i < places.length; i += 1) {
    if (places[i] === "~") place += FAR;
    else {
      place += places.charCodeAt(i) - FIRST_CODE;
      held[place] = 1;
      place += 1;
    }
  }
}
