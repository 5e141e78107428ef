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
 * Fetch `url`, giving up after ten seconds; rejects on anything but a good answer.
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function get(url, options) {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), 10000);
  try {
    const response = await fetch(url, Object.assign({ signal: controller.signal }, options));
    if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
    return response;
  } finally {
    window.clearTimeout(timer);
  }
}
