// Runs queries against a search file as the page does, and writes how long each took: `node search.mjs ELECTION QUERIES
// ROUNDS RESULT`. Where the file is a first one, all that it names is read before, from its folder. QUERIES is
// `{kind: [query, …]}`, RESULT `{read: ms, kinds: {kind: [[ms, …], …]}, found: {kind: n}}`, the times of each query in its
// place.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCatalogue, readPart } from "../site/js/rows.js";
import { search } from "../site/js/search.js";

const [election, queries, rounds, result] = process.argv.slice(2);
const text = readFileSync(election, "utf8");
const before = performance.now();
const catalogue = readCatalogue(JSON.parse(text));
for (const place of catalogue.constituencies) {
  if (place.file !== "") readPart(catalogue, place, JSON.parse(readFileSync(join(dirname(election), place.file), "utf8")));
}
const told = { read: performance.now() - before, kinds: {}, found: {} };
const states = {};
for (const { number } of catalogue.constituencies) states[String(number).padStart(3, "0")] = "l".repeat(999);
for (const [kind, some] of Object.entries(JSON.parse(readFileSync(queries, "utf8")))) {
  told.kinds[kind] = some.map(() => []);
  told.found[kind] = 0;
  // The first round lets the compiler learn.
  for (let round = 0; round <= Number(rounds); round += 1) {
    for (const [i, query] of some.entries()) {
      const start = performance.now();
      const answer = search(catalogue, query, { region: -1, live: false, states });
      if (round > 0) told.kinds[kind][i].push(performance.now() - start);
      else told.found[kind] += answer.count;
    }
  }
}
writeFileSync(result, JSON.stringify(told));
