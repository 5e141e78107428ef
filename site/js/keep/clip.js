// Downloads a clip's file: fetches its segments and puts them together. Asks no server but the store.

import { joined } from "./boxes.js";
import { Movie } from "./movie.js";

/** @typedef {import("../day/playlist.js").Segment} Segment */

const ATTEMPTS = 5;
/** So many segments are on their way while a file is put together: a far store answers slowly. */
const AHEAD = 4;
/** A segment of which nothing more comes for so long (ms) is fetched anew. */
const PATIENCE = 30000;

/**
 * Fetch the segments of one file and put them together. What does not come after several attempts is left out and told of.
 * @param {Segment[]} segments that fit together
 * @param {object} options
 * @param {Map<string, Uint8Array>} options.inits
 * @param {import("./target.js").Target} options.target left with nothing in it if this rejects
 * @param {import("./head.js").About} options.about
 * @param {(done: number, bytes: number) => void} options.progress segments and bytes so far
 * @param {(segment: Segment) => string} options.missing tells of a segment that did not come; returns the line for the file
 * @param {AbortSignal} options.signal
 * @returns {Promise<void>}
 */
export async function download(segments, { inits, target, about, progress, missing, signal }) {
  try {
    const initOf = (/** @type {Segment} */ segment) => /** @type {Uint8Array} */ (inits.get(segment.mapUrl));
    const movie = new Movie(initOf(segments[0]), about);
    await target.write(movie.head());
    /** @type {string[]} */ const lost = [];
    let bytes = 0;
    let another = false;
    /** @type {Promise<Uint8Array>[]} those on their way, in order */ const ahead = [];
    for (let done = 0, asked = 0; done < segments.length; done += 1) {
      for (; asked < segments.length && ahead.length < AHEAD; asked += 1) {
        const coming = fetched(segments[asked].url, signal);
        // What goes wrong with it is told of once its turn comes.
        coming.catch(() => undefined);
        ahead.push(coming);
      }
      const segment = segments[done];
      another = another || segment.discontinuity;
      /** @type {Uint8Array[]} */ let parts = [];
      try {
        const body = await /** @type {Promise<Uint8Array>} */ (ahead.shift());
        if (another) movie.discontinuity(initOf(segment));
        another = false;
        parts = movie.segment(body, segment.start, segment.duration);
      } catch (error) {
        if (signal.aborted) throw error;
        lost.push(missing(segment));
      }
      for (const part of parts) {
        bytes += part.length;
        await target.write(part);
      }
      progress(done + 1, bytes);
    }
    if (bytes === 0) throw new Error("nothing could be fetched");
    await target.write(movie.tail());
    if (signal.aborted) throw new Error("it was cancelled");
    await target.finish(movie.headWith([about.comment].concat(lost).join("\n")));
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

/**
 * Fetch, several times if need be.
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {number} [attempts]
 * @returns {Promise<Uint8Array>}
 */
export async function fetched(url, signal, attempts = ATTEMPTS) {
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new Error("it was cancelled");
    try {
      return await once(url, signal);
    } catch (error) {
      if (attempt === attempts || signal.aborted) throw error;
      await new Promise((resolve) => {
        window.setTimeout(resolve, 500 * 2 ** attempt * (0.8 + 0.4 * Math.random()));
        signal.addEventListener("abort", resolve);
      });
    }
  }
}

/**
 * Fetch; rejects when nothing more comes for a while, however slowly it came until then.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array>}
 */
async function once(url, signal) {
  const controller = new AbortController();
  const end = () => controller.abort();
  signal.addEventListener("abort", end);
  let timer = window.setTimeout(end, PATIENCE);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok || response.body === null) throw new Error(`${url}: HTTP ${response.status}`);
    const reader = response.body.getReader();
    /** @type {Uint8Array[]} */ const parts = [];
    for (;;) {
      window.clearTimeout(timer);
      timer = window.setTimeout(end, PATIENCE);
      const { done, value } = await reader.read();
      if (done) return joined(parts);
      parts.push(value);
    }
  } finally {
    window.clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
