// Gathers what answers a query: counted by facet, and of each group the first, best ones. Pure.

import { rowAt } from "./rows.js";
import { LIVE } from "./status.js";

/** @typedef {import("./rows.js").Catalogue} Catalogue */
/** @typedef {import("./rows.js").Constituency} Constituency */
/** @typedef {import("./rows.js").Region} Region */
/** @typedef {import("./rows.js").Row} Row */

/**
 * A run of results that answer the query in one meaning. `number` is what the heading names, `count` how many there are
 * and `rows` the first of them.
 * @typedef {{kind: "station" | "constituency" | "numbered" | "text" | "other" | "similar", number: number, count: number, rows: Row[]}} Group
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

/** In one constituency: numbers are 1 to 999. */
const MOST_STATIONS = 999;
const LIVE_CODE = LIVE.charCodeAt(0);

/** What was found: counted by facet, and the first of each group kept. */
export class Results {
  /**
   * @param {Catalogue} catalogue
   * @param {Facets} facets
   * @param {number} most
   */
  constructor(catalogue, facets, most) {
    this.facets = facets;
    this.most = most;
    /** For `take`, to be filled again and again. */
    this.ranks = new Int8Array(MOST_STATIONS);
    this.regions = catalogue.regions.map(() => 0);
    /** Before the facets. */
    this.found = 0;
    this.live = 0;
    /** @type {{kind: Group["kind"], number: number, count: number, ranks: [Row[], Row[], Row[]]}[]} */
    this.groups = [];
  }

  /**
   * Begin a group.
   * @param {Group["kind"]} kind
   * @param {number} number
   */
  begin(kind, number) {
    this.groups.push({ kind, number, count: 0, ranks: [[], [], []] });
    return this;
  }

  /**
   * Take the stations of a constituency that belong to the group: those whose rank is 0, the best, 1 or 2, and not -1.
   * @param {Constituency} place
   * @param {Int8Array} ranks
   */
  take(place, ranks) {
    const { region, live, states } = this.facets;
    const group = this.groups[this.groups.length - 1];
    const shown = region < 0 || place.region === region;
    const letters = (states && states[String(place.number).padStart(3, "0")]) || "";
    const { numbers } = place.rows;
    let [found, alive] = [0, 0];
    for (let i = 0; i < numbers.length; i += 1) {
      const rank = ranks[i];
      if (rank < 0) continue;
      found += 1;
      const isLive = letters.charCodeAt(numbers[i] - 1) === LIVE_CODE;
      if (isLive) alive += 1;
      if (shown && (isLive || !live) && group.ranks[rank].length < this.most) group.ranks[rank].push(rowAt(place, i));
    }
    this.found += found;
    this.regions[place.region] += live ? alive : found;
    if (shown) {
      this.live += alive;
      group.count += live ? alive : found;
    }
  }

  /**
   * @param {Region[]} regionsNamed
   * @param {Constituency[]} constituenciesNamed
   * @returns {Answer}
   */
  answer(regionsNamed, constituenciesNamed) {
    const groups = this.groups.filter(({ count }) => count > 0).map(({ kind, number, count, ranks }) => (
      { kind, number, count, rows: ranks[0].concat(ranks[1], ranks[2]).slice(0, this.most) }
    ));
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    return { regionsNamed, constituenciesNamed, groups, count, regions: this.regions, live: this.live };
  }
}
