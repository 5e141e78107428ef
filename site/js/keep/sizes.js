// How large segments are: asks the store for sizes, and waits for no answer without end.

import { get } from "../world.js";

const AT_ONCE = 6;
const ATTEMPTS = 3;
/** An answer is waited for so long (ms). */
const PATIENCE = 30000;
/** So long (ms) sizes are asked for in all; the others are reckoned. */
const ENOUGH = 90000;

/**
 * Ask for sizes; resolves after a minute and a half at the latest.
 * @param {string[]} urls
 * @param {AbortSignal} signal ends it before
 * @returns {Promise<Map<string, number>>} bytes by address, of those that were told
 */
export async function sizesOf(urls, signal) {
  /** @type {Map<string, number>} */ const sizes = new Map();
  const waiting = urls.slice();
  const controller = new AbortController();
  const end = () => controller.abort();
  const timer = window.setTimeout(end, ENOUGH);
  signal.addEventListener("abort", end);
  let method = "HEAD";
  const askOne = async (/** @type {string} */ url) => {
    for (let attempt = 1; attempt <= ATTEMPTS && !controller.signal.aborted; attempt += 1) {
      try {
        sizes.set(url, await get(url, sizeIn, PATIENCE, controller.signal, method));
        return;
      } catch (error) {
        const { status } = /** @type {{status?: number}} */ (error);
        if (status === 403 || status === 404) return;
        // There are networks that swallow HEAD, and let GET through.
        method = "GET";
        await new Promise((resolve) => { window.setTimeout(resolve, 500 * attempt); });
      }
    }
  };
  const askOn = async () => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) await askOne(url);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  } finally {
    window.clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
  return sizes;
}

/**
 * @param {Response} response
 * @returns {Promise<number>} bytes of its body; where they are not told it is read, and rejects where there is none
 */
async function sizeIn(response) {
  const told = Number(response.headers.get("content-length"));
  if (told > 0) {
    if (response.body) await response.body.cancel();
    return told;
  }
  const { byteLength } = await response.arrayBuffer();
  if (byteLength === 0) throw new Error(`${response.url}: no size`);
  return byteLength;
}
