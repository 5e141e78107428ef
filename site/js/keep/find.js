// Finds what a clip would be before it is downloaded: its segments, in how many files, how large. Asks no server but the store.

import { readPlaylist } from "../day/playlist.js";
import { partsOf } from "../day/recording.js";
import { get } from "../world.js";
import { fetched } from "./clip.js";
import { chosen, filmsOf, reckoned, samples } from "./plan.js";
import { sizesOf } from "./sizes.js";
import { fitTogether } from "./tracks.js";

/** @typedef {import("../day/playlist.js").Segment} Segment */
/** @typedef {import("./words.js").Film} Film */

const AT_ONCE = 6;
/** An initialisation segment that does not come is asked for so often. */
const ATTEMPTS = 3;
/** A playlist is waited for so long (ms). */
const PATIENCE = 30000;
/** So many sizes are asked for in all, and so many at least of one file. */
const SIZES = 60;
const LEAST_SIZES = 6;

/**
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {number} from
 * @param {number} to
 * @param {AbortSignal} signal ends it before its end, which comes within some minutes whatever the store does
 * @returns {Promise<{films: Film[], inits: Map<string, Uint8Array>}>} no film where nothing was recorded; the initialisation segments by address
 */
export async function findFilms(day, rendition, from, to, signal) {
  const segments = await segmentsOf(day, rendition, from, to, signal);
  const inits = await initsOf(segments, signal);
  const initOf = (/** @type {Segment} */ segment) => /** @type {Uint8Array} */ (inits.get(segment.mapUrl));
  const plans = filmsOf(segments, { from, to }, (one, other) => one.mapUrl === other.mapUrl || fitTogether(initOf(one), initOf(other)));
  const most = Math.max(LEAST_SIZES, Math.floor(SIZES / plans.length));
  const asked = plans.map((plan) => samples(plan.segments, most).map(({ url }) => url));
  const sizes = await sizesOf(asked.reduce((all, urls) => all.concat(urls), []), signal);
  const films = plans.map((plan) => {
    const size = reckoned(plan.segments, sizes, segments);
    if (size === null) throw new Error("no size could be fetched");
    return Object.assign({}, plan, size);
  });
  return { films, inits };
}

/**
 * Return the segments of a rendition between two moments.
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {number} from
 * @param {number} to
 * @param {AbortSignal} signal
 * @returns {Promise<Segment[]>}
 */
async function segmentsOf(day, rendition, from, to, signal) {
  const parts = partsOf(day, rendition).filter((part) => part.end > from && part.begin < to);
  const text = (/** @type {Response} */ response) => response.text();
  const lists = await Promise.all(parts.map(async ({ url }) => readPlaylist(await get(url, text, PATIENCE, signal), url).segments));
  return chosen(lists, from, to);
}

/**
 * Fetch the initialisation segments of all of these.
 * @param {Segment[]} segments
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, Uint8Array>>} by their addresses
 */
async function initsOf(segments, signal) {
  /** @type {Map<string, Uint8Array>} */ const inits = new Map();
  const urls = Array.from(new Set(segments.map((segment) => segment.mapUrl)));
  for (let i = 0; i < urls.length; i += AT_ONCE) {
    await Promise.all(urls.slice(i, i + AT_ONCE).map(async (url) => inits.set(url, await fetched(url, signal, ATTEMPTS))));
  }
  return inits;
}
