// Finds regions, constituencies and stations by number, name and address: looks at every word once, then at
// the rows that hold one which it looks for. Pure.

import { words } from "./fold.js";
import { parseNumbers } from "./numbers.js";
import { ALL, Results } from "./results.js";
import { beginsWithinOneEdit, SHORTEST_MISSPELT } from "./spelling.js";

/** @typedef {import("./rows.js").Catalogue} Catalogue */
/** @typedef {import("./rows.js").Constituency} Constituency */
/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Facets} Facets */

/** So many rows of each group are kept where nobody says how many are shown. */
const MOST = 20;
/** Each word of a query has one bit for beginning a word of the row, and one for standing whole in it; more are ignored. */
const MOST_WORDS = 15;
const DIGITS = /^\d+$/;
const HIGHEST_NUMBER = 999;

/**
 * Return what answers `query`, best first; of each group the first `most` rows.
 * @param {Catalogue} catalogue
 * @param {string} query
 * @param {Facets} [facets]
 * @param {number} [most]
 * @param {boolean} [misspelt] whether words like those wanted are looked for where these are not found
 * @returns {Answer}
 */
export function search(catalogue, query, facets = ALL, most = MOST, misspelt = true) {
  const wanted = wantedIn(query);
  const results = new Results(catalogue, facets, most);
  if (wanted.length === 0) return results.answer([], []);
  const meant = parseNumbers(query);
  if (meant) {
    byNumbers(catalogue, meant, results);
    // Who names one station means that one; its two numbers in other places would only distract.
    if (meant.kind === "station" && results.found > 0) return results.answer([], []);
  }
  const needles = needlesFor(catalogue, wanted, false);
  byWords(catalogue, needles, meant, results.begin(results.found > 0 ? "other" : "text", 0));
  if (meant) return results.answer([], []);
  const ofRegions = catalogue.regions.map((region) => begunIn(region.words, needles));
  const regionsNamed = catalogue.regions.filter((_, i) => ofRegions[i] === needles.all);
  const constituenciesNamed = catalogue.constituencies.filter((place) => {
    const own = begunIn(place.words, needles);
    return own > 0 && (own | ofRegions[place.region]) === needles.all;
  });
  if (misspelt && results.found + regionsNamed.length + constituenciesNamed.length === 0) {
    byWords(catalogue, needlesFor(catalogue, wanted, true), null, results.begin("similar", 0));
  }
  return results.answer(regionsNamed, constituenciesNamed);
}

/**
 * Return the folded words that are looked for, each once.
 * @param {string} query
 * @returns {string[]}
 */
export function wantedIn(query) {
  return Array.from(new Set(words(query))).slice(0, MOST_WORDS);
}

/**
 * Take the rows that are meant by number, a group for each meaning.
 * @param {Catalogue} catalogue
 * @param {import("./numbers.js").Numbers} meant
 * @param {Results} results
 */
function byNumbers({ constituencies }, meant, results) {
  const only = (/** @type {number} */ number) => constituencies.filter((place) => place.number === number);
  const everyStation = (/** @type {Constituency} */ place) => results.take(place, results.ranks.fill(0));
  const numbered = (/** @type {number} */ number) => (/** @type {Constituency} */ place) => {
    const i = place.rows.numbers.indexOf(number);
    if (i >= 0) results.take(place, results.ranks.fill(-1).fill(0, i, i + 1));
  };
  if (meant.kind === "station") {
    results.begin("station", meant.number);
    only(meant.constituency).forEach(numbered(meant.number));
  } else if (meant.kind === "constituency") {
    results.begin("constituency", meant.constituency);
    only(meant.constituency).forEach(everyStation);
  } else {
    if (meant.kind === "bare") {
      results.begin("constituency", meant.number);
      only(meant.number).forEach(everyStation);
    }
    results.begin("numbered", meant.number);
    constituencies.forEach(numbered(meant.number));
  }
}

/**
 * Whether a station is meant by its number, its constituency's, or either.
 * @param {import("./numbers.js").Numbers} meant
 * @param {number} constituency
 * @param {number} number
 * @returns {boolean}
 */
function isMeant(meant, constituency, number) {
  if (meant.kind === "station") return constituency === meant.constituency && number === meant.number;
  if (meant.kind === "constituency") return constituency === meant.constituency;
  return number === meant.number || (meant.kind === "bare" && constituency === meant.number);
}

/**
 * What each word of the catalogue says of the words looked for: bit n where it begins with the n-th, and bit
 * n + MOST_WORDS too where it is that one. The same by number, for the numbers of stations and constituencies.
 * `all` has the first bit of each, `anyNumber` the bits of all numbers.
 * @typedef {{all: number, words: Int32Array, numbers: Int32Array, anyNumber: number}} Needles
 */

/**
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @param {boolean} misspelt whether words within one edit of those wanted count as well
 * @returns {Needles}
 */
function needlesFor({ vocabulary }, wanted, misspelt) {
  const needles = { all: (1 << wanted.length) - 1, words: new Int32Array(vocabulary.words.length), numbers: new Int32Array(HIGHEST_NUMBER + 1), anyNumber: 0 };
  const markNumber = (/** @type {string} */ word, /** @type {number} */ bits) => {
    if (!DIGITS.test(word) || Number(word) > HIGHEST_NUMBER) return;
    needles.numbers[Number(word)] |= bits;
    needles.anyNumber |= bits;
  };
  wanted.forEach((word, n) => {
    const begun = 1 << n;
    const whole = begun | (1 << (n + MOST_WORDS));
    const near = misspelt && word.length >= SHORTEST_MISSPELT;
    markNumber(word, whole);
    vocabulary.words.forEach((other, i) => {
      // A single letter need not stand whole.
      if (other.startsWith(word)) needles.words[i] |= other.length === word.length || word.length === 1 ? whole : begun;
      else if (near && other.length + 1 >= word.length && beginsWithinOneEdit(other, word)) {
        needles.words[i] |= whole;
        markNumber(other, whole);
      }
    });
  });
  return needles;
}

/**
 * @param {number[]} numbers of words
 * @param {Needles} needles
 * @returns {number} a bit for each word looked for that begins one of them
 */
function begunIn(numbers, needles) {
  return numbers.reduce((bits, number) => bits | needles.words[number], 0) & needles.all;
}

/**
 * Take the rows in which every word looked for begins a word of name or address, is the number of station or
 * constituency, or, unless the query means a number, begins a word in the name of constituency or region. Rows where all
 * words stand whole in name and address are ranked first, then those where they begin there.
 * @param {Catalogue} catalogue
 * @param {Needles} needles
 * @param {import("./numbers.js").Numbers | null} meant what matches by its number has been taken already
 * @param {Results} results
 */
function byWords({ regions, constituencies }, needles, meant, results) {
  const { all } = needles;
  const bits = new Int32Array(HIGHEST_NUMBER);
  for (const place of constituencies) {
    const { numbers, words, ends, places } = place.rows;
    const ofPlace = meant ? 0 : begunIn(place.words, needles) | begunIn(regions[place.region].words, needles);
    bits.fill(needles.numbers[place.number]);
    let any = ofPlace | needles.numbers[place.number] | needles.anyNumber;
    for (let n = 0, at = 0; n < words.length; at = ends[n], n += 1) {
      const found = needles.words[words[n]];
      any |= found;
      if (found !== 0) for (; at < ends[n]; at += 1) bits[places[at]] |= found;
    }
    if ((any & all) !== all) continue;
    const { ranks } = results;
    for (let i = 0; i < numbers.length; i += 1) {
      const here = bits[i] | needles.numbers[numbers[i]];
      if (((here >> MOST_WORDS) & all) === all) ranks[i] = 0;
      else if ((here & all) === all) ranks[i] = 1;
      else ranks[i] = ((here | ofPlace) & all) === all ? 2 : -1;
      if (meant && isMeant(meant, place.number, numbers[i])) ranks[i] = -1;
    }
    results.take(place, ranks);
  }
}
