// Downloads a clip: fetches its segments, puts them together and hands over the file. Asks no server but the store.

import { readPlaylist } from "../day/playlist.js";
import { partsOf } from "../day/recording.js";
import { get } from "../world.js";
import { Movie } from "./movie.js";
import { fitTogether } from "./tracks.js";
import { chosen, samples } from "./plan.js";

/** @typedef {import("../day/playlist.js").Segment} Segment */
/** @typedef {{name: string, blob: Blob}} MovieFile */

const ATTEMPTS = 5;
/** So many sizes are asked for; of a longer clip the rest is reckoned. */
const MOST_SIZES = 60;
const AT_ONCE = 6;
/** So many segments are on their way while a file is put together: a far store answers slowly. */
const AHEAD = 4;
/** Parts are handed to the browser, which can put them on disk, when so many bytes have come together. */
const HANDED_OVER = 16e6;

/**
 * Return the segments of a rendition between two moments.
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {number} from
 * @param {number} to
 * @returns {Promise<Segment[]>}
 */
export async function segmentsOf(day, rendition, from, to) {
  const parts = partsOf(day, rendition).filter((part) => part.end > from && part.begin < to);
  const lists = await Promise.all(parts.map((part) => get(part.url, (response) => response.text()).then((text) => readPlaylist(text, part.url).segments)));
  return chosen(lists, from, to);
}

/**
 * @param {Segment[]} segments
 * @returns {Promise<{bytes: number, exact: boolean}>}
 */
export async function sizeOf(segments) {
  const asked = samples(segments, MOST_SIZES);
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
 * Fetch and put together. What does not come after several attempts is left out and told of.
 * @param {Segment[]} segments
 * @param {object} options
 * @param {(start: number, end: number, part: number) => {name: string, title: string, comment: string}} options.name of a file
 * @param {(done: number, bytes: number) => void} options.progress segments and bytes so far
 * @param {(segment: Segment) => void} options.missing
 * @param {AbortSignal} options.signal
 * @returns {Promise<MovieFile[]>} one file, more where the camera changed its coding on the way
 */
export async function download(segments, options) {
  /** @type {Map<string, Uint8Array>} */ const inits = new Map();
  for (const { mapUrl } of segments) if (!inits.has(mapUrl)) inits.set(mapUrl, await fetched(mapUrl, options.signal));
  const initOf = (/** @type {Segment} */ segment) => /** @type {Uint8Array} */ (inits.get(segment.mapUrl));
  /** @type {Segment[][]} */ const groups = [];
  segments.forEach((segment) => {
    const group = groups[groups.length - 1];
    if (group && fitTogether(initOf(group[0]), initOf(segment))) group.push(segment);
    else groups.push([segment]);
  });
  /** @type {MovieFile[]} */ const files = [];
  let done = 0;
  let bytes = 0;
  for (const group of groups) {
    const [first, last] = [group[0], group[group.length - 1]];
    const end = last.start + last.duration;
    const { name, title, comment } = options.name(first.start, end, files.length + 1);
    const movie = new Movie(initOf(first), { start: first.start, duration: end - first.start, title, comment });
    /** @type {BlobPart[]} */ let parts = [forBlob(movie.head())];
    let waiting = 0;
    let another = false;
    /** @type {Promise<Uint8Array>[]} those on their way, in order */ const ahead = [];
    let asked = 0;
    for (const segment of group) {
      for (; asked < group.length && ahead.length < AHEAD; asked += 1) {
        const coming = fetched(group[asked].url, options.signal);
        // What goes wrong with it is told of once its turn comes.
        coming.catch(() => undefined);
        ahead.push(coming);
      }
      another = another || segment.discontinuity;
      try {
        const body = await /** @type {Promise<Uint8Array>} */ (ahead.shift());
        if (another) movie.discontinuity(initOf(segment));
        another = false;
        const part = movie.segment(body, segment.start);
        parts.push(forBlob(part));
        bytes += part.length;
        waiting += part.length;
        if (waiting > HANDED_OVER) {
          parts = [new Blob(parts)];
          waiting = 0;
        }
      } catch (error) {
        if (options.signal.aborted) throw error;
        options.missing(segment);
      }
      done += 1;
      options.progress(done, bytes);
    }
    parts.push(forBlob(movie.tail()));
    files.push({ name, blob: new Blob(parts, { type: "video/mp4" }) });
  }
  return files;
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
async function fetched(url, signal) {
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new Error("it was cancelled");
    try {
      return await get(url, async (response) => new Uint8Array(await response.arrayBuffer()), 30000, signal);
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted) throw error;
      await new Promise((resolve) => {
        window.setTimeout(resolve, 500 * 2 ** attempt * (0.8 + 0.4 * Math.random()));
        signal.addEventListener("abort", resolve);
      });
    }
  }
}

/**
 * @param {Uint8Array} bytes never of shared memory
 * @returns {BlobPart}
 */
function forBlob(bytes) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

/**
 * Let the browser save a file.
 * @param {MovieFile} file
 */
export function save({ name, blob }) {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
}
