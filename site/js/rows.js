// What can be found, in memory: regions, constituencies and the rows of their stations. Each distinct folded word is kept
// once and has a number; a constituency knows of each of its words in which rows it stands. So a search looks at every
// word once, and then only at the rows that hold a word which it looks for. Pure.

import { stationsOf } from "./coverage.js";
import { plain, words } from "./fold.js";

/** @typedef {{slug: string, name: string, words: number[], stations: number}} Region */

/**
 * `words` are those of its own name and `region` its region's place in the list of these; `numbers` those of its
 * stations. Where its `rows` are yet to be read, `file` is the address of their file, else ''.
 * @typedef {{number: number, name: string, region: number, words: number[], numbers: number[], rows: Rows, file: string}} Constituency
 */

/**
 * The stations of a constituency, sorted by number, as far as they are read: `words` are the numbers of the distinct words in names and addresses,
 * `places` the places of the stations in which they stand, each word's up to before its end in `ends`.
 * @typedef {{numbers: number[], names: string[], addresses: string[], words: Uint32Array, ends: Uint32Array, places: Uint16Array}} Rows
 */

/** Distinct folded words, each at its number, and their numbers. @typedef {{words: string[], numbers: Map<string, number>}} Vocabulary */

/**
 * Which words may be found in which constituencies: beginnings of words, those with a point whole words, and for each the
 * places of constituencies as `builder/search_files.py` writes them.
 * @typedef {{beginnings: string[], places: string[]}} Whereabouts
 */

/**
 * `whereabouts` is null where all rows came with the first file.
 * @typedef {{regions: Region[], constituencies: Constituency[], vocabulary: Vocabulary, whereabouts: Whereabouts | null}} Catalogue
 */

/** A station as it is shown. @typedef {{id: string, constituency: number, number: number, name: string, address: string}} Row */

/** @type {Rows} */
const NONE = { numbers: [], names: [], addresses: [], words: new Uint32Array(0), ends: new Uint32Array(0), places: new Uint16Array(0) };

/**
 * Read the search file of version 2, or the first file of version 3, see `builder/search_files.py`. Throws on anything else.
 * @param {unknown} data
 * @returns {Catalogue}
 */
export function readCatalogue(data) {
  const file = /** @type {Record<string, any> | null} */ (data);
  if (!file || (file.version !== 2 && file.version !== 3) || typeof file.stations !== "string") throw new Error("this is not a search file of version 2 or 3");
  const parted = file.version === 3;
  const vocabulary = { words: [], numbers: new Map() };
  /** @type {Region[]} */
  const regions = file.regions.map((/** @type {[string, string]} */ [slug, name]) => ({ slug, name, words: numbersOf(name, vocabulary), stations: 0 }));
  /** @type {Constituency[]} */
  const constituencies = file.constituencies.map((/** @type {[number, string, number, string?]} */ [number, name, region, digest]) => ({
    number,
    name,
    region,
    words: numbersOf(name, vocabulary),
    numbers: [],
    rows: NONE,
    file: digest ? `${file.folder}${String(number).padStart(3, "0")}-${digest}.json` : "",
  }));
  const names = parted ? [] : file.names.split("\n");
  const addresses = parted ? [] : file.addresses.split("\n");
  let [place, first] = [-1, 0];
  for (const set of file.stations === "" ? [] : file.stations.split(" ")) {
    do place += 1; while (constituencies[place].number !== Number(set.slice(0, 3)));
    const numbers = stationsOf(set).map((id) => Number(id.slice(4)));
    const end = first + numbers.length;
    constituencies[place].numbers = numbers;
    if (!parted) constituencies[place].rows = rowsOf(numbers, names.slice(first, end), addresses.slice(first, end), vocabulary);
    regions[constituencies[place].region].stations += numbers.length;
    first = end;
  }
  const whereabouts = parted ? { beginnings: file.beginnings.split(" "), places: file.places.split(" ") } : null;
  return { regions, constituencies, vocabulary, whereabouts };
}

/**
 * Read the file of a constituency into the catalogue. Throws on anything else, and changes nothing then.
 * @param {Catalogue} catalogue
 * @param {Constituency} place
 * @param {unknown} data
 */
export function readPart({ vocabulary }, place, data) {
  const file = /** @type {Record<string, any> | null} */ (data);
  if (!file || file.version !== 3 || typeof file.names !== "string" || typeof file.addresses !== "string") throw new Error("this is not a constituency's search file of version 3");
  const names = file.names.split("\n");
  const addresses = file.addresses.split("\n");
  const { numbers } = place;
  if (names.length !== numbers.length || addresses.length !== numbers.length) throw new Error(`the search file of constituency ${place.number} has not ${numbers.length} stations`);
  place.rows = rowsOf(numbers, names, addresses, vocabulary);
  place.file = "";
}

/**
 * @param {number[]} numbers
 * @param {string[]} names
 * @param {string[]} addresses
 * @param {Vocabulary} vocabulary what is new is added
 * @returns {Rows}
 */
function rowsOf(numbers, names, addresses, vocabulary) {
  /** @type {Map<string, number[]>} */ const found = new Map();
  let count = 0;
  // Folded as two texts, not line by line: ten times as fast.
  for (const lines of [names, addresses]) {
    plain(lines.join("\n")).split("\n").forEach((line, i) => {
      for (const word of line.split(" ")) {
        if (word === "") continue;
        const places = found.get(word);
        if (places === undefined) found.set(word, [i]);
        else places.push(i);
        count += 1;
      }
    });
  }
  const words = new Uint32Array(found.size);
  const ends = new Uint32Array(found.size);
  const places = new Uint16Array(count);
  let [n, end] = [0, 0];
  found.forEach((some, word) => {
    places.set(some, end);
    words[n] = numberOf(word, vocabulary);
    ends[n] = end += some.length;
    n += 1;
  });
  return { numbers, names, addresses, words, ends, places };
}

/**
 * @param {string} text
 * @param {Vocabulary} vocabulary
 * @returns {number[]} the numbers of its words
 */
function numbersOf(text, vocabulary) {
  return words(text).map((word) => numberOf(word, vocabulary));
}

/**
 * @param {string} word
 * @param {Vocabulary} vocabulary where it is added if it is new
 * @returns {number}
 */
function numberOf(word, vocabulary) {
  let number = vocabulary.numbers.get(word);
  if (number === undefined) {
    number = vocabulary.words.length;
    vocabulary.words.push(word);
    vocabulary.numbers.set(word, number);
  }
  return number;
}

/**
 * @param {Constituency} constituency
 * @param {number} i
 * @returns {Row}
 */
export function rowAt({ number, rows }, i) {
  const id = `${String(number).padStart(3, "0")}-${String(rows.numbers[i]).padStart(3, "0")}`;
  return { id, constituency: number, number: rows.numbers[i], name: rows.names[i], address: rows.addresses[i] };
}
