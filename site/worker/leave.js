// The service worker that ends service workers: removes everything an earlier one kept, and itself.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("pollcast-")).map((name) => caches.delete(name)));
  await self.registration.unregister();
}
