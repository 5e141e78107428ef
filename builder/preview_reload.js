// Reloads the page once the preview has built the site anew. The answer to each question waits until there is news.

const seen = String(document.currentScript.dataset.version);

async function watch() {
  for (;;) {
    try {
      const answer = await fetch(`/preview/version?seen=${encodeURIComponent(seen)}`, { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== seen) {
        location.reload();
        return;
      }
    } catch {
      // The preview is not running; when it is started again, its version is another one.
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

watch();
