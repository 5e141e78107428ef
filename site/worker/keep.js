// The service worker: keeps the shell (assets, home pages, search rows) for times without a connection; of a large
// election the rows of the constituencies that were searched. Never video, never stills, never the stations' states.
// The builder puts VERSION and SETTINGS before this text.

const PREFIX = "pollcast-";
const CACHE = PREFIX + VERSION;
const LANGUAGE = SETTINGS.languages.join("|");
const HOME = new RegExp(`^/((${LANGUAGE})/)?$`);
const ROWS = new RegExp(`^/(${LANGUAGE})/search\\.json$`);
/** A constituency's rows, named by their content: see `builder/search_files.py`. */
const PART = /^\/assets\/search\/\d{3}-([0-9a-f]{8})\.json$/;
const ASSET = /^\/assets\/[0-9a-f]{8}\/(?!vendor\/)/;
/** Never kept, so it goes past this worker where a browser can be told so; elsewhere it is looked at and left alone. */
const PASSING = ["/live/*", "/status/*"];

/** Whether this is asked from the network first and kept as it was last seen. */
const isFresh = (path) => HOME.test(path) || ROWS.test(path);

/** The names of our caches of other versions. */
const others = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);

/** What an earlier version had of home pages and rows is fetched anew: it belongs to other assets. */
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SETTINGS.shell);
  for (const name of await others()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const path = new URL(url).pathname;
      if (isFresh(path)) await cache.add(new Request(url, { cache: "no-cache" })).catch(() => undefined);
      else if (PART.test(path)) await keep(path, await caches.match(url));
    }
  }
  await self.skipWaiting();
}

async function activate() {
  await Promise.all((await others()).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function keep(path, response) {
  if (!response.ok || response.redirected) return;
  const cache = await caches.open(CACHE);
  await cache.put(path, response);
  if (ROWS.test(path)) await removeOldParts(cache);
}

/** Removes the rows of constituencies that no kept first file names any more. */
async function removeOldParts(cache) {
  const kept = await cache.keys();
  const pathOf = (request) => new URL(request.url).pathname;
  const parts = kept.filter((request) => PART.test(pathOf(request)));
  if (parts.length === 0) return;
  const firsts = kept.filter((request) => ROWS.test(pathOf(request)));
  const named = (await Promise.all(firsts.map(async (request) => (await cache.match(request)).text()))).join();
  await Promise.all(parts.filter((request) => named.indexOf(`"${PART.exec(pathOf(request))[1]}"`) < 0).map((request) => cache.delete(request)));
}

/** From the network, so that nobody with a connection sees an old page; what came is kept under its plain path. */
async function networkFirst(event, path) {
  try {
    const response = await fetch(event.request);
    event.waitUntil(keep(path, response.clone()));
    return response;
  } catch (error) {
    const kept = await caches.match(path);
    if (kept) return kept;
    throw error;
  }
}

/** What is named by its content is right for ever. */
async function cacheFirst(event, path) {
  const kept = await caches.match(path);
  if (kept) return kept;
  const response = await fetch(event.request);
  event.waitUntil(keep(path, response.clone()));
  return response;
}

/** A page of which nothing is kept: the notice in its language. */
async function notice(path, error) {
  const language = path.split("/")[1];
  const known = SETTINGS.languages.indexOf(language) < 0 ? SETTINGS.languages[0] : language;
  const page = await caches.match(`/${known}/${SETTINGS.offlinePage}`);
  if (page) return page;
  throw error;
}

self.addEventListener("install", (event) => {
  // Each piece of video would wake this worker, whose memory the browser cleans up but every thirteen minutes: that made
  // 2 MB a minute of a wall of nine.
  if (event.addRoutes) event.waitUntil(event.addRoutes(PASSING.map((urlPattern) => ({ condition: { urlPattern }, source: "network" }))));
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const page = request.mode === "navigate";
  if (ASSET.test(pathname) || PART.test(pathname)) event.respondWith(cacheFirst(event, pathname));
  else if (isFresh(pathname)) {
    const answer = networkFirst(event, pathname);
    event.respondWith(page ? answer.catch((error) => notice(pathname, error)) : answer);
  } else if (page) event.respondWith(fetch(request).catch((error) => notice(pathname, error)));
});
// What the page fetched before this worker was there.
self.addEventListener("message", (event) => {
  const paths = Array.isArray(event.data) ? event.data.filter((path) => typeof path === "string" && (isFresh(path) || PART.test(path))) : [];
  event.waitUntil(Promise.all(paths.map((path) => fetch(path).then((response) => keep(path, response)).catch(() => undefined))));
});
