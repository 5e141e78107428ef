import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseNumbers } from "../../../site/js/numbers.js";
import { plainly } from "./plainly.js";

const vectors = JSON.parse(readFileSync(new URL("../number_vectors.json", import.meta.url), "utf8"));

for (const [query, meaning] of vectors) {
  test(`${JSON.stringify(query)} means ${JSON.stringify(meaning)}`, () => assert.deepEqual(plainly(parseNumbers(query)), meaning));
}
