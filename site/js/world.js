// The browser as a `World` for pollers.

/** @type {import("./poller.js").World} */
export const browserWorld = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (run, milliseconds) => window.setTimeout(run, milliseconds),
  clearTimer: (timer) => window.clearTimeout(timer),
  visible: () => document.visibilityState !== "hidden",
  onVisibility: (changed) => {
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  },
};

/**
 * Fetch `url` and read the answer; rejects on anything but a good one, and when it is not read to its end in time.
 * @template T
 * @param {string} url
 * @param {(response: Response) => Promise<T>} read
 * @param {number} [limit] milliseconds
 * @param {AbortSignal} [signal] ends it before
 * @param {string} [method]
 * @returns {Promise<T>}
 */
export async function get(url, read, limit = 10000, signal, method = "GET") {
  const controller = new AbortController();
  const end = () => controller.abort();
  if (signal) signal.addEventListener("abort", end);
  const timer = window.setTimeout(() => controller.abort(), limit);
  try {
    const response = await fetch(url, { method, signal: controller.signal });
    if (!response.ok) throw Object.assign(new Error(`${url}: HTTP ${response.status}`), { status: response.status });
    return await read(response);
  } finally {
    window.clearTimeout(timer);
    if (signal) signal.removeEventListener("abort", end);
  }
}
