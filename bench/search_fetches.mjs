// Runs queries against a built search as the page does, each from nothing, and writes what was fetched: `node
// search_fetches.mjs FOLDER QUERIES RESULT`. FOLDER holds `az/search.json` and what it names, QUERIES is `[query, …]`,
// RESULT `[{files: n, bytes: compressed, found: n, complete: whether all that may answer was read}, …]`.

import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Library } from "../site/js/library.js";
import { ALL } from "../site/js/results.js";

const [folder, queries, result] = process.argv.slice(2);
const told = { files: 0, bytes: 0 };
globalThis.window = globalThis;
globalThis.fetch = async (path) => {
  const body = readFileSync(folder + path);
  told.files += 1;
  told.bytes += gzipSync(body, { level: 9 }).length;
  return { ok: true, json: async () => JSON.parse(body) };
};
const answers = [];
for (const query of JSON.parse(readFileSync(queries, "utf8"))) {
  told.files = told.bytes = 0;
  let last = {};
  await new Library("/az/search.json").find(query, ALL, { alone: 20, several: 6 }, ({ count }, _, { read, all }) => {
    last = { found: count, complete: read === all };
  });
  answers.push({ ...told, ...last });
}
writeFileSync(result, JSON.stringify(answers));
