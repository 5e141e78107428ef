import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fold, words } from "../../../site/js/fold.js";

const vectors = JSON.parse(readFileSync(new URL("../fold_vectors.json", import.meta.url), "utf8"));

for (const [text, folded] of vectors) {
  test(`${JSON.stringify(text)} is folded to ${JSON.stringify(folded)}`, () => assert.equal(fold(text), folded));
}

test("folding twice changes nothing more", () => {
  for (const [text] of vectors) assert.equal(fold(fold(text)), fold(text));
});

test("a decomposed letter is folded like its composed form", () => {
  for (const [text] of vectors) assert.equal(fold(text.normalize("NFD")), fold(text));
});

test("words are runs of letters and digits", () => {
  assert.deepEqual(words("  №12-ci «Şəhər» məktəbi, 24/a "), ["12", "ci", "seher", "mektebi", "24", "a"]);
  assert.deepEqual(words("…"), []);
});
