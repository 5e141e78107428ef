// Finds regions, constituencies and stations by number, name and address: one linear scan over folded rows. Pure.

import { stationsOf } from "./coverage.js";
import { plain, words } from "./fold.js";
import { parseNumbers } from "./numbers.js";
import { LIVE } from "./status.js";

/** @typedef {{slug: string, name: string, text: string, stations: number}} Region */
/** @typedef {{number: number, name: string, region: number, text: string, first: number, end: number}} Constituency its rows are those from `first` to before `end` */
/** @typedef {{id: string, constituency: number, number: number, name: string, address: string, text: string, place: number}} Row `place` is its constituency's in the list of these */
/** @typedef {{regions: Region[], constituencies: Constituency[], rows: Row[]}} Catalogue */

/**
 * A run of results that answer the query in one meaning. `number` is what the heading names.
 * @typedef {{kind: "station" | "constituency" | "numbered" | "text" | "other" | "similar", number: number, rows: Row[]}} Group
 */

/**
 * What of the results is wanted. `region` is a place in the list of regions, -1 for all; `states` are the letters of the
 * public status by constituency, null where they are not known.
 * @typedef {{region: number, live: boolean, states: Record<string, string> | null}} Facets
 */

/**
 * `regions` counts the results in each region, `live` those that are live: what choosing that facet would leave.
 * @typedef {{regionsNamed: Region[], constituenciesNamed: Constituency[], groups: Group[], count: number, regions: number[], live: number}} Answer
 */

/** @type {Facets} */
export const ALL = { region: -1, live: false, states: null };

/** Words shorter than this are not searched for misspellings: too much would resemble them. */
const SHORTEST_MISSPELT = 4;
const DIGITS = /^\d+$/;
const SPACE = 32;
const LIVE_CODE = LIVE.charCodeAt(0);

/**
 * Read the search file of version 2, see `builder/catalogue.py`. Throws on anything else.
 * @param {unknown} data
 * @returns {Catalogue}
 */
export function readCatalogue(data) {
  const file = /** @type {Record<string, any> | null} */ (data);
  if (!file || file.version !== 2 || typeof file.stations !== "string") throw new Error("this is not a search file of version 2");
  const names = file.names.split("\n");
  const addresses = file.addresses.split("\n");
  // Folded as two texts, not line by line: ten times as fast.
  const foldedNames = plain(file.names).split("\n");
  const foldedAddresses = plain(file.addresses).split("\n");
  /** @type {Region[]} */
  const regions = file.regions.map((/** @type {[string, string]} */ [slug, name]) => ({ slug, name, text: ` ${plain(name)} `, stations: 0 }));
  /** @type {Constituency[]} */
  const constituencies = file.constituencies.map((/** @type {[number, string, number]} */ [number, name, region]) => (
    { number, name, region, text: ` ${plain(name)} `, first: 0, end: 0 }
  ));
  /** @type {Row[]} */ const rows = [];
  let place = -1;
  for (const id of file.stations === "" ? [] : stationsOf(file.stations)) {
    const constituency = Number(id.slice(0, 3));
    const i = rows.length;
    while (place < 0 || constituencies[place].number !== constituency) {
      place += 1;
      constituencies[place].first = constituencies[place].end = i;
    }
    rows.push({ id, constituency, number: Number(id.slice(4)), name: names[i], address: addresses[i], text: ` ${foldedNames[i]} ${foldedAddresses[i]} `, place });
    constituencies[place].end = i + 1;
    regions[constituencies[place].region].stations += 1;
  }
  return { regions, constituencies, rows };
}

/**
 * Return what answers `query`, best first.
 * @param {Catalogue} catalogue
 * @param {string} query
 * @param {Facets} [facets]
 * @returns {Answer}
 */
export function search(catalogue, query, facets = ALL) {
  const wanted = words(query);
  const meant = wanted.length > 0 ? parseNumbers(query) : null;
  const named = wanted.length > 0 && !meant ? placesNamed(catalogue, wanted) : { regionsNamed: [], constituenciesNamed: [] };
  let groups = wanted.length > 0 ? groupsFor(catalogue, wanted, meant) : [];
  if (groups.length === 0 && wanted.length > 0 && !meant && named.regionsNamed.length + named.constituenciesNamed.length === 0) {
    groups = similar(catalogue, wanted);
  }
  return Object.assign(named, chosen(catalogue, groups, facets));
}

/**
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @param {import("./numbers.js").Numbers | null} meant
 * @returns {Group[]}
 */
function groupsFor(catalogue, wanted, meant) {
  const { rows } = catalogue;
  /** @type {Group[]} */
  const groups = [];
  if (meant && meant.kind === "station") {
    const { constituency, number } = meant;
    groups.push({ kind: "station", number, rows: rowsOf(catalogue, constituency).filter((row) => row.number === number) });
  }
  if (meant && (meant.kind === "constituency" || meant.kind === "bare")) {
    const number = meant.kind === "bare" ? meant.number : meant.constituency;
    groups.push({ kind: "constituency", number, rows: rowsOf(catalogue, number) });
  }
  if (meant && (meant.kind === "number" || meant.kind === "bare")) {
    const { number } = meant;
    groups.push({ kind: "numbered", number, rows: rows.filter((row) => row.number === number) });
  }
  /** @type {Set<Row>} */ const shown = new Set();
  groups.forEach((group) => group.rows.forEach((row) => shown.add(row)));
  // Who names one station means that one; its two numbers in other places would only distract.
  const answered = meant !== null && meant.kind === "station" && shown.size > 0;
  const text = answered ? [] : withWords(catalogue, wanted.map((word) => [word]), !meant);
  groups.push({ kind: shown.size ? "other" : "text", number: 0, rows: shown.size ? text.filter((row) => !shown.has(row)) : text });
  return groups.filter((group) => group.rows.length > 0);
}

/**
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @returns {Group[]}
 */
function similar(catalogue, wanted) {
  const spellings = alternatives(catalogue, wanted);
  if (spellings.every((some, i) => some.length === 1 && some[0] === wanted[i])) return [];
  const rows = withWords(catalogue, spellings, true);
  return rows.length > 0 ? [{ kind: "similar", number: 0, rows }] : [];
}

/**
 * Return the regions in whose name every word begins a word, and the constituencies in whose name one does and in whose
 * name or region's name the others do.
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @returns {{regionsNamed: Region[], constituenciesNamed: Constituency[]}}
 */
function placesNamed(catalogue, wanted) {
  const starts = wanted.map((word) => ` ${word}`);
  const { regions } = catalogue;
  return {
    regionsNamed: regions.filter(({ text }) => starts.every((start) => text.indexOf(start) >= 0)),
    constituenciesNamed: catalogue.constituencies.filter(({ text, region }) => (
      starts.some((start) => text.indexOf(start) >= 0)
      && starts.every((start) => text.indexOf(start) >= 0 || regions[region].text.indexOf(start) >= 0)
    )),
  };
}

/**
 * Count the results by facet, and keep those that are wanted.
 * @param {Catalogue} catalogue
 * @param {Group[]} groups
 * @param {Facets} facets
 * @returns {{groups: Group[], count: number, regions: number[], live: number}}
 */
function chosen(catalogue, groups, { region, live, states }) {
  const { constituencies } = catalogue;
  const letters = constituencies.map(({ number }) => (states ? states[String(number).padStart(3, "0")] || "" : ""));
  const regions = catalogue.regions.map(() => 0);
  let [count, alive] = [0, 0];
  const kept = groups.map((group) => {
    const rows = group.rows.filter((row) => {
      const isLive = letters[row.place].charCodeAt(row.number - 1) === LIVE_CODE;
      const here = constituencies[row.place].region;
      if (isLive || !live) regions[here] += 1;
      if (region >= 0 && here !== region) return false;
      if (isLive) alive += 1;
      return isLive || !live;
    });
    count += rows.length;
    return { kind: group.kind, number: group.number, rows };
  });
  return { groups: kept.filter((group) => group.rows.length > 0), count, regions, live: alive };
}

/**
 * @param {Catalogue} catalogue
 * @param {number} constituency
 * @returns {Row[]}
 */
function rowsOf(catalogue, constituency) {
  const place = catalogue.constituencies.find(({ number }) => number === constituency);
  return place ? catalogue.rows.slice(place.first, place.end) : [];
}

/** A word to look for; a single letter need not stand whole. @typedef {{start: string, whole: string, number: number, places: boolean[]}} Needle */

/**
 * Return the rows in which, for every word, one of its spellings begins a word of name or address, is the number of
 * station or constituency, or begins a word in the name of constituency or region where `places` count too. Rows where
 * all words stand whole in name and address come first, then those where they begin there; otherwise the order is kept.
 * @param {Catalogue} catalogue
 * @param {string[][]} spellings
 * @param {boolean} places
 * @returns {Row[]}
 */
function withWords(catalogue, spellings, places) {
  const { regions, constituencies } = catalogue;
  const placeTexts = constituencies.map(({ text, region }) => (places ? text + regions[region].text : ""));
  const needles = spellings.map((some) => some.map((word) => {
    const start = ` ${word}`;
    return { start, whole: word.length > 1 ? `${start} ` : start, number: DIGITS.test(word) ? Number(word) : -1, places: placeTexts.map((text) => text.indexOf(start) >= 0) };
  }));
  // The longest word with letters alone, of those with the fewest spellings, leaves few rows to look at.
  let lead = -1;
  spellings.forEach((some, i) => {
    if (DIGITS.test(some[0])) return;
    const better = lead < 0 || some.length < spellings[lead].length || (some.length === spellings[lead].length && some[0].length > spellings[lead][0].length);
    if (better) lead = i;
  });
  /** @type {[Row[], Row[], Row[]]} */ const found = [[], [], []];
  for (const row of lead < 0 ? catalogue.rows : rowsLedBy(catalogue, needles[lead], places)) {
    const rank = rankOf(row, needles);
    if (rank >= 0) found[rank].push(row);
  }
  return found[0].concat(found[1], found[2]);
}

/**
 * Return 0 if all words stand whole in the row, 1 if they begin there, 2 if its place answers for some, -1 if not all match.
 * @param {Row} row
 * @param {Needle[][]} needles
 * @returns {number}
 */
function rankOf(row, needles) {
  const { text } = row;
  let rank = 0;
  for (const some of needles) {
    let best = 3;
    for (const { start, whole, number, places } of some) {
      if (row.number === number || row.constituency === number) best = 0;
      else {
        const at = text.indexOf(start);
        if (at < 0) {
          if (best > 2 && places[row.place]) best = 2;
        } else if (rank > 0 || whole === start || text.charCodeAt(at + start.length) === SPACE || text.indexOf(whole, at + 1) >= 0) best = 0;
        else if (best > 1) best = 1;
      }
      if (best === 0) break;
    }
    if (best > 2) return -1;
    if (best > rank) rank = best;
  }
  return rank;
}

/**
 * All rows' texts in one, with where each ends; the distinct words once they are asked for; and what was looked for last
 * with the rows that held it: the next letter leaves some of these.
 * @typedef {{text: string, ends: Uint32Array, vocabulary: Set<string> | null, last: {start: string, places: boolean, rows: Row[]} | null}} Index
 */

/** @type {WeakMap<Catalogue, Index>} */
const indexes = new WeakMap();

/**
 * @param {Catalogue} catalogue
 * @returns {Index}
 */
function indexOf(catalogue) {
  let index = indexes.get(catalogue);
  if (index === undefined) {
    const { rows } = catalogue;
    const ends = new Uint32Array(rows.length);
    let end = 0;
    rows.forEach((row, i) => { ends[i] = end += row.text.length; });
    index = { text: rows.map((row) => row.text).join(""), ends, vocabulary: null, last: null };
    indexes.set(catalogue, index);
  }
  return index;
}

/**
 * Return what `rowsWith` does, from what it returned last where only letters were added since.
 * @param {Catalogue} catalogue
 * @param {Needle[]} needles
 * @param {boolean} places
 * @returns {Row[]}
 */
function rowsLedBy(catalogue, needles, places) {
  if (needles.length > 1) return rowsWith(catalogue, needles);
  const index = indexOf(catalogue);
  const { last } = index;
  const [needle] = needles;
  const narrower = last !== null && last.places === places && needle.start.startsWith(last.start);
  const rows = last !== null && narrower
    ? last.rows.filter((row) => needle.places[row.place] || row.text.indexOf(needle.start) >= 0)
    : rowsWith(catalogue, needles);
  index.last = { start: needle.start, places, rows };
  return rows;
}

/**
 * Return the rows whose text or place holds a word that begins like one of `needles`, in order.
 * @param {Catalogue} catalogue
 * @param {Needle[]} needles
 * @returns {Row[]}
 */
function rowsWith(catalogue, needles) {
  const { constituencies, rows } = catalogue;
  const { text, ends } = indexOf(catalogue);
  const marks = new Uint8Array(rows.length);
  for (const { start, places } of needles) {
    constituencies.forEach(({ first, end }, place) => {
      if (places[place]) marks.fill(1, first, end);
    });
    let i = 0;
    for (let at = text.indexOf(start); at >= 0 && i < rows.length; at = text.indexOf(start, ends[i - 1])) {
      while (ends[i] <= at) i += 1;
      marks[i] = 1;
      i += 1;
    }
  }
  return rows.filter((_, i) => marks[i] === 1);
}

/**
 * Return, for each wanted word, itself if there is such a word, and those of rows and places that begin within one edit of it.
 * @param {Catalogue} catalogue
 * @param {string[]} wanted
 * @returns {string[][]}
 */
function alternatives(catalogue, wanted) {
  const index = indexOf(catalogue);
  if (index.vocabulary === null) {
    const names = catalogue.regions.map(({ text }) => text).concat(catalogue.constituencies.map(({ text }) => text));
    index.vocabulary = new Set(index.text.concat(...names).split(" "));
  }
  const known = index.vocabulary;
  return wanted.map((word) => {
    /** @type {string[]} */ const some = [];
    // What nothing begins with need not be looked for, only what it may have meant.
    let there = word.length < SHORTEST_MISSPELT || DIGITS.test(word);
    if (word.length >= SHORTEST_MISSPELT) known.forEach((other) => {
      if (other.startsWith(word)) there = true;
      else if (other.length + 1 >= word.length && beginsWithinOneEdit(other, word)) some.push(other);
    });
    return there || some.length === 0 ? [word].concat(some) : some;
  });
}

/**
 * Whether some beginning of `text` is `word` with at most one letter added, left out, replaced or two swapped.
 * @param {string} text
 * @param {string} word
 * @returns {boolean}
 */
export function beginsWithinOneEdit(text, word) {
  let i = 0;
  while (i < word.length && text[i] === word[i]) i += 1;
  const rest = word.slice(i + 1);
  return i >= word.length - 1
    || text.startsWith(rest, i + 1)
    || text.startsWith(word.slice(i), i + 1)
    || text.startsWith(rest, i)
    || (text[i] === word[i + 1] && text[i + 1] === word[i] && text.startsWith(word.slice(i + 2), i + 2));
}
