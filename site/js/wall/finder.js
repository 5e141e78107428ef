// Stations by words, for the wall: the rows of the search, fetched when somebody asks.

import { Library } from "../library.js";
import { ALL } from "../results.js";

/** So many are offered. */
const MOST = 8;

/** @type {Library | null} */
let library = null;

/**
 * Return the stations that answer `query` best, of those that are found first in a large election; rejects where the rows
 * do not arrive.
 * @param {string} rowsUrl
 * @param {string} query
 * @returns {Promise<import("../rows.js").Row[]>}
 */
export async function find(rowsUrl, query) {
  if (library === null) library = new Library(rowsUrl);
  /** @type {import("../rows.js").Row[]} */ let rows = [];
  await library.find(query, ALL, { alone: MOST, several: MOST }, ({ groups }) => {
    rows = groups.reduce((all, group) => all.concat(group.rows), /** @type {import("../rows.js").Row[]} */ ([])).slice(0, MOST);
  });
  return rows;
}
