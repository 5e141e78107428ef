// Finds stations by number, name and address: one linear scan over folded rows. Pure.

import { words } from "./fold.js";
import { parseNumbers } from "./numbers.js";

/** @typedef {{id: string, constituency: number, number: number, name: string, address: string, text: string}} Row */

/**
 * A run of results that answer the query in one meaning. `number` is what the heading names.
 * @typedef {{kind: "station" | "constituency" | "numbered" | "text" | "other" | "similar", number: number, rows: Row[]}} Group
 */

/** Words shorter than this are not searched for misspellings: too much would resemble them. */
const SHORTEST_MISSPELT = 4;

/**
 * Read the search file: `{"version": 1, "rows": [[id, name, address], …]}`. Throws on anything else.
 * @param {unknown} data
 * @returns {Row[]}
 */
export function readRows(data) {
  const file = /** @type {{version?: unknown, rows?: unknown} | null} */ (data);
  if (!file || file.version !== 1 || !Array.isArray(file.rows)) throw new Error("this is not a search file of version 1");
  return file.rows.map(([id, name, address]) => ({
    id,
    constituency: Number(id.slice(0, 3)),
    number: Number(id.slice(4)),
    name,
    address,
    text: ` ${words(`${name} ${address}`).join(" ")} `,
  }));
}

/**
 * Return the groups of rows that answer `query`, best first; an empty list if nothing does.
 * @param {Row[]} rows
 * @param {string} query
 * @returns {Group[]}
 */
export function search(rows, query) {
  const wanted = words(query);
  if (wanted.length === 0) return [];
  const meant = parseNumbers(query);
  /** @type {Group[]} */
  const groups = [];
  if (meant && meant.kind === "station") {
    const { constituency, number } = meant;
    groups.push({ kind: "station", number, rows: rows.filter((row) => row.constituency === constituency && row.number === number) });
  }
  if (meant && (meant.kind === "constituency" || meant.kind === "bare")) {
    const number = meant.kind === "bare" ? meant.number : meant.constituency;
    groups.push({ kind: "constituency", number, rows: rows.filter((row) => row.constituency === number) });
  }
  if (meant && (meant.kind === "number" || meant.kind === "bare")) {
    const { number } = meant;
    groups.push({ kind: "numbered", number, rows: rows.filter((row) => row.number === number) });
  }
  /** @type {Set<Row>} */ const shown = new Set();
  groups.forEach((group) => group.rows.forEach((row) => shown.add(row)));
  // Who names one station means that one; its two numbers in other places would only distract.
  const answered = meant !== null && meant.kind === "station" && shown.size > 0;
  const text = answered ? [] : withWords(rows, wanted.map((word) => [word])).filter((row) => !shown.has(row));
  groups.push({ kind: shown.size ? "other" : "text", number: 0, rows: text });
  const found = groups.filter((group) => group.rows.length > 0);
  if (found.length > 0 || meant) return found;
  const spellings = alternatives(rows, wanted);
  if (spellings.every((some) => some.length === 1)) return [];
  const similar = withWords(rows, spellings);
  return similar.length > 0 ? [{ kind: "similar", number: 0, rows: similar }] : [];
}

/**
 * Return the rows in which, for every word, one of its spellings begins a word of name or address, or is the number of
 * station or constituency. Rows where all words stand whole come first; otherwise the order is kept.
 * @param {Row[]} rows
 * @param {string[][]} spellings
 * @returns {Row[]}
 */
function withWords(rows, spellings) {
  const needles = spellings.map((some) => some.map((word) => ({ start: ` ${word}`, whole: ` ${word} `, number: /^\d+$/.test(word) ? Number(word) : -1 })));
  // The longest word with letters alone leaves few rows to look at.
  const lead = spellings.reduce((best, some) => (some.length === 1 && some[0].length > best.length && !/^\d+$/.test(some[0]) ? some[0] : best), "");
  /** @type {Row[]} */ const whole = [];
  /** @type {Row[]} */ const begun = [];
  for (const row of lead === "" ? rows : rowsWith(indexOf(rows), rows, ` ${lead}`)) {
    let matches = true;
    let exact = true;
    for (const some of needles) {
      let begins = false;
      let stands = false;
      for (const needle of some) {
        if (row.number === needle.number || row.constituency === needle.number) begins = stands = true;
        else {
          const at = row.text.indexOf(needle.start);
          if (at < 0) continue;
          begins = true;
          const next = row.text[at + needle.start.length];
          stands = stands || next === " " || (exact && row.text.indexOf(needle.whole, at + 1) >= 0);
        }
      }
      if (!begins) {
        matches = false;
        break;
      }
      exact = exact && stands;
    }
    if (matches) (exact ? whole : begun).push(row);
  }
  return whole.concat(begun);
}

/**
 * All rows' texts in one, with where each ends, and the distinct words once they are asked for.
 * @typedef {{text: string, ends: Uint32Array, vocabulary: Set<string> | null}} Index
 */

/** @type {WeakMap<Row[], Index>} */
const indexes = new WeakMap();

/**
 * @param {Row[]} rows
 * @returns {Index}
 */
function indexOf(rows) {
  let index = indexes.get(rows);
  if (index === undefined) {
    const ends = new Uint32Array(rows.length);
    let end = 0;
    rows.forEach((row, i) => { ends[i] = end += row.text.length; });
    index = { text: rows.map((row) => row.text).join(""), ends, vocabulary: null };
    indexes.set(rows, index);
  }
  return index;
}

/**
 * Return the rows whose text holds `needle`, in order.
 * @param {Index} index
 * @param {Row[]} rows
 * @param {string} needle
 * @returns {Row[]}
 */
function rowsWith(index, rows, needle) {
  /** @type {Row[]} */ const found = [];
  const { text, ends } = index;
  let i = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, ends[i - 1])) {
    while (ends[i] <= at) i += 1;
    found.push(rows[i]);
    i += 1;
    if (i === rows.length) break;
  }
  return found;
}

/**
 * Return, for each wanted word, itself and the words of the rows that begin within one edit of it.
 * @param {Row[]} rows
 * @param {string[]} wanted
 * @returns {string[][]}
 */
function alternatives(rows, wanted) {
  const index = indexOf(rows);
  if (index.vocabulary === null) index.vocabulary = new Set(index.text.split(" "));
  const known = index.vocabulary;
  return wanted.map((word) => {
    const some = [word];
    if (word.length >= SHORTEST_MISSPELT) known.forEach((other) => {
      if (other.length + 1 >= word.length && beginsWithinOneEdit(other, word)) some.push(other);
    });
    return some;
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
