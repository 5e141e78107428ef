// Finds what a clip would be before it is downloaded: its segments, in how many files, how large. Asks no server but the store.

import { readPlaylist } from "../day/playlist.js";
import { partsOf } from "../day/recording.js";
import { get } from "../world.js";
import { fetched } from "./clip.js";
import { chosen, filmsOf, samples } from "./plan.js";
import { fitTogether } from "./tracks.js";

/** @typedef {import("../day/playlist.js").Segment} Segment */
/** @typedef {import("./words.js").Film} Film */

const AT_ONCE = 6;
/** So many sizes are asked for in all, and so many at least of one file. */
const SIZES = 60;
const LEAST_SIZES = 6;

/**
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {number} from
 * @param {number} to
 * @returns {Promise<{films: Film[], inits: Map<string, Uint8Array>}>} no film where nothing was recorded; the initialisation segments by address
 */
export async function findFilms(day, rendition, from, to) {
  const segments = await segmentsOf(day, rendition, from, to);
  const inits = await initsOf(segments);
  const initOf = (/** @type {Segment} */ segment) => /** @type {Uint8Array} */ (inits.get(segment.mapUrl));
  const plans = filmsOf(segments, { from, to }, (one, other) => one.mapUrl === other.mapUrl || fitTogether(initOf(one), initOf(other)));
  const most = Math.max(LEAST_SIZES, Math.floor(SIZES / plans.length));
  /** @type {Film[]} */ const films = [];
  for (const plan of plans) films.push(Object.assign({}, plan, await sizeOf(plan.segments, most)));
  return { films, inits };
}

/**
 * Return the segments of a rendition between two moments.
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {number} from
 * @param {number} to
 * @returns {Promise<Segment[]>}
 */
async function segmentsOf(day, rendition, from, to) {
  const parts = partsOf(day, rendition).filter((part) => part.end > from && part.begin < to);
  const lists = await Promise.all(parts.map((part) => get(part.url, (response) => response.text()).then((text) => readPlaylist(text, part.url).segments)));
  return chosen(lists, from, to);
}

/**
 * @param {Segment[]} segments
 * @param {number} most so many sizes are asked for; of a longer clip the rest is reckoned
 * @returns {Promise<{bytes: number, exact: boolean}>}
 */
async function sizeOf(segments, most) {
  const asked = samples(segments, most);
  let sum = 0;
  let answers = 0;
  for (let i = 0; i < asked.length; i += AT_ONCE) {
    const sizes = await Promise.all(asked.slice(i, i + AT_ONCE).map(async ({ url }) => {
      const response = await fetch(url, { method: "HEAD" });
      return response.ok ? Number(response.headers.get("content-length")) : 0;
    }));
    sum += sizes.reduce((one, other) => one + other, 0);
    answers += sizes.filter((size) => size > 0).length;
  }
  if (answers === 0) throw new Error("the sizes could not be fetched");
  return { bytes: Math.round((sum * segments.length) / answers), exact: answers === segments.length };
}

/**
 * Fetch the initialisation segments of all of these.
 * @param {Segment[]} segments
 * @returns {Promise<Map<string, Uint8Array>>} by their addresses
 */
async function initsOf(segments) {
  /** @type {Map<string, Uint8Array>} */ const inits = new Map();
  const urls = Array.from(new Set(segments.map((segment) => segment.mapUrl)));
  for (let i = 0; i < urls.length; i += AT_ONCE) {
    await Promise.all(urls.slice(i, i + AT_ONCE).map(async (url) => inits.set(url, await fetched(url, new AbortController().signal))));
  }
  return inits;
}
