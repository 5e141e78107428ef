// Reloads the page once the preview has built the site anew. The answer to each question waits until there is news. Only
// a page that is looked at asks: a browser keeps few connections open, and every waiting question holds one.

const seen = String(document.currentScript.dataset.version);

async function untilLookedAt() {
  while (document.visibilityState === "hidden") {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

async function isOld() {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  document.addEventListener("visibilitychange", leave, { once: true });
  try {
    const address = `/preview/version?seen=${encodeURIComponent(seen)}`;
    const answer = await fetch(address, { cache: "no-store", signal: leaving.signal });
    return answer.ok && (await answer.text()) !== seen;
  } catch {
    // The preview is not running; when it is started again, its version is another one.
    if (!leaving.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000));
    return false;
  } finally {
    document.removeEventListener("visibilitychange", leave);
  }
}

async function watch() {
  do await untilLookedAt();
  while (!(await isOld()));
  location.reload();
}

watch();
