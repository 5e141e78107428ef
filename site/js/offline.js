// Registers the service worker once the page is there, and tells it what this page has fetched already.

import { setting } from "./page.js";

export class Offline {
  /** @param {HTMLElement} root */
  constructor(root) {
    const connection = /** @type {{connection?: {saveData?: boolean}}} */ (navigator).connection;
    // Who saves data is spared the copies; a private window may refuse a worker.
    if ("serviceWorker" in navigator && !(connection && connection.saveData)) {
      this.register(setting(root, "workerUrl")).catch(() => undefined);
    }
  }

  /** @param {string} url */
  async register(url) {
    await navigator.serviceWorker.register(url);
    const { active } = await navigator.serviceWorker.ready;
    const rows = performance.getEntriesByType("resource").map(({ name }) => new URL(name, location.href).pathname);
    if (active) active.postMessage(rows.filter((path) => path.endsWith("/search.json") || path.startsWith("/assets/search/")).concat(location.pathname));
  }

  destroy() {
    // The worker outlives the page.
  }
}
