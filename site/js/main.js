// Starts the components of a page. Each is fetched only where it is used and fails alone: an error in one, in its file
// as in its run, is reported and the others go on.

/** @typedef {{destroy: () => void}} Component */

/**
 * Run `start` for every element of the page marked `data-component="<name>"`.
 * @template M
 * @template {Component} C
 * @param {string} name
 * @param {() => Promise<M>} fetchModule
 * @param {(module: M, root: HTMLElement) => C} start
 * @returns {Promise<C[]>}
 */
async function startAll(name, fetchModule, start) {
  const roots = Array.from(document.querySelectorAll(`[data-component="${name}"]`));
  /** @type {C[]} */ const started = [];
  for (const root of roots) {
    try {
      started.push(start(await fetchModule(), /** @type {HTMLElement} */ (root)));
    } catch (error) {
      console.error(`component ${name}:`, error);
    }
  }
  return started;
}

startAll("states", () => import("./states.js"), ({ States }, root) => new States(root)).then(([states = null]) => {
  startAll("search", () => import("./search_box.js"), ({ SearchBox }, root) => new SearchBox(root, states));
  startAll("player", () => import("./player/player.js"), ({ Player }, root) => new Player(root, states)).then(([player]) => {
    startAll("past", () => import("./past.js"), ({ Past }, root) => new Past(root, player, states));
  });
  startAll("wall", () => import("./wall/wall.js"), ({ Wall }, root) => new Wall(root, states));
  startAll("adder", () => import("./wall/adder.js"), ({ Adder }, root) => new Adder(root));
});

// The service worker waits until the page is complete.
const startOffline = () => startAll("offline", () => import("./offline.js"), ({ Offline }, root) => new Offline(root));
if (document.readyState === "complete") startOffline();
else window.addEventListener("load", startOffline);
