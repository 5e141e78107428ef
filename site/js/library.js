// The rows of the search, fetched when somebody asks: all at once, or in a large election the constituencies' as a query
// needs them, a few at a time, with what was found so far.

import { readCatalogue, readPart } from "./rows.js";
import { search } from "./search.js";
import { get } from "./world.js";

/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Facets} Facets */
/** @typedef {import("./rows.js").Catalogue} Catalogue */
/** @typedef {import("./rows.js").Constituency} Constituency */

/** A large election on a bad network (ms). */
const LIMIT = 60000;
/** So many constituencies are fetched at a time. */
const AT_ONCE = 6;
/** Who is still typing needs none of what only the first letters ask for (ms). */
const PAUSE = 250;

/**
 * How far a search has come: of `all` constituencies that may hold answers `read` are read, and `failed` could not be
 * fetched. `ended` says that no more are fetched unless more results are asked for.
 * @typedef {{read: number, all: number, failed: number, ended: boolean}} Progress
 */

export class Library {
  /** @param {string} rowsUrl of the first file */
  constructor(rowsUrl) {
    this.rowsUrl = rowsUrl;
    /** @type {Promise<Catalogue> | null} */
    this.catalogue = null;
    /** Counts the searches: only the last one goes on fetching. */
    this.searches = 0;
    /** @type {Map<Constituency, Promise<void>>} those on their way; none of them ever rejects */
    this.reading = new Map();
  }

  /** @returns {Promise<Catalogue>} what can be found, fetched once; after a failure the next call tries again */
  load() {
    if (this.catalogue === null) {
      this.catalogue = get(this.rowsUrl, (response) => response.json(), LIMIT).then(readCatalogue);
      this.catalogue.catch(() => { this.catalogue = null; });
    }
    return this.catalogue;
  }

  /**
   * Search, and tell what was found: once, or again and again while constituencies are read that may hold more, until
   * there is enough to show or another search began. Rejects where the first file does not arrive.
   * @param {string} query
   * @param {Facets} facets
   * @param {{alone: number, several: number}} most how many rows a group shows by itself, and beside others
   * @param {(answer: Answer, catalogue: Catalogue, progress: Progress) => void} tell
   */
  async find(query, facets, most, tell) {
    this.searches += 1;
    const own = this.searches;
    const catalogue = await this.load();
    if (own !== this.searches) return;
    if (catalogue.whereabouts === null) {
      tell(search(catalogue, query, facets, most.alone), catalogue, { read: 0, all: 0, failed: 0, ended: true });
      return;
    }
    // Only large elections need it.
    const { isEnough, neededFor } = await import("./whereabouts.js");
    if (own !== this.searches) return;
    const { exact, similar } = neededFor(catalogue, query, facets);
    /** @type {Set<Constituency>} */ const failed = new Set();
    const isLeft = (/** @type {Constituency} */ place) => place.file !== "" && !failed.has(place);
    for (let first = true; ; first = false) {
      // While something is left, what is written as it is asked for may be where nobody has looked yet.
      const left = exact.some(isLeft);
      const answer = search(catalogue, query, facets, most.alone, !left);
      const { groups, regionsNamed, constituenciesNamed } = answer;
      const misspelt = !left && groups.every(({ kind }) => kind === "similar") && regionsNamed.length + constituenciesNamed.length === 0;
      const needed = misspelt ? similar : exact;
      const next = needed.filter(isLeft).slice(0, AT_ONCE);
      const ended = next.length === 0 || isEnough(catalogue, query, answer, most);
      tell(answer, catalogue, { read: needed.filter(({ file }) => file === "").length, all: needed.length, failed: failed.size, ended });
      if (ended) return;
      if (first) await new Promise((resolve) => { window.setTimeout(resolve, PAUSE); });
      // Meanwhile something may have come that was on its way for another search.
      else (await this.readSome(catalogue, next)).forEach((place) => failed.add(place));
      if (own !== this.searches) return;
    }
  }

  /** Nobody waits for the last search any more. */
  stop() {
    this.searches += 1;
  }

  /**
   * Read those of `places` for which there is room beside what is on its way already, and wait for them.
   * @param {Catalogue} catalogue
   * @param {Constituency[]} places
   * @returns {Promise<Constituency[]>} those that could not be fetched
   */
  async readSome(catalogue, places) {
    const some = places.filter((place) => {
      if (!this.reading.has(place) && this.reading.size < AT_ONCE) this.reading.set(place, this.read(catalogue, place));
      return this.reading.has(place);
    });
    if (some.length > 0) await Promise.all(some.map((place) => this.reading.get(place)));
    else await Promise.race(Array.from(this.reading.values()));
    return some.filter((place) => place.file !== "");
  }

  /**
   * @param {Catalogue} catalogue
   * @param {Constituency} place
   */
  async read(catalogue, place) {
    try {
      readPart(catalogue, place, await get(place.file, (response) => response.json(), LIMIT));
    } catch (error) {
      console.error("search:", error);
    } finally {
      this.reading.delete(place);
    }
  }
}
