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
    if (player) whenOpened("look-back", states, () => startAll("look-back", () => import("./day/look_back.js"), ({ LookBack }, root) => new LookBack(root, player, states)));
  });
});

/**
 * Start the component of a `<details>` once it is opened; one that shows the past opens by itself where the address
 * names a moment or the station's day is over.
 * @param {string} name
 * @param {import("./states.js").States | null} states
 * @param {() => void} start
 */
function whenOpened(name, states, start) {
  const root = document.querySelector(`details[data-component="${name}"]`);
  if (!(root instanceof HTMLDetailsElement)) return;
  let stop = () => {};
  const opened = () => {
    if (!root.open) return;
    stop();
    root.removeEventListener("toggle", opened);
    start();
  };
  const over = () => {
    const state = states ? states.stateOf(String(root.dataset.station)) : "unknown";
    if (state === "closed" || state === "archived") root.open = true;
  };
  root.addEventListener("toggle", opened);
  if (states) stop = states.listen(over);
  if (new URLSearchParams(location.search).has("t")) root.open = true;
  opened();
}

// The service worker waits until the page is complete.
const startOffline = () => startAll("offline", () => import("./offline.js"), ({ Offline }, root) => new Offline(root));
if (document.readyState === "complete") startOffline();
else window.addEventListener("load", startOffline);
