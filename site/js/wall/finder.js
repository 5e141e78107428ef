// Stations by words, for the wall: the rows of the search, fetched when somebody asks.

import { ALL } from "../results.js";
import { readCatalogue } from "../rows.js";
import { search } from "../search.js";
import { get } from "../world.js";

/** So many are offered. */
const MOST = 8;
/** A large election on a bad network (ms). */
const LIMIT = 60000;

/** @type {Promise<import("../rows.js").Catalogue> | null} */
let rows = null;

/**
 * Return the stations that answer `query` best; rejects where the rows do not arrive.
 * @param {string} rowsUrl
 * @param {string} query
 * @returns {Promise<import("../rows.js").Row[]>}
 */
export async function find(rowsUrl, query) {
  if (rows === null) {
    rows = get(rowsUrl, (response) => response.json(), LIMIT).then(readCatalogue);
    rows.catch(() => { rows = null; });
  }
  return search(await rows, query, ALL, MOST).groups.reduce((all, group) => all.concat(group.rows), /** @type {import("../rows.js").Row[]} */ ([])).slice(0, MOST);
}
