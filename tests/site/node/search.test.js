import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsWithinOneEdit, readRows, search } from "../../../site/js/search.js";

const ROWS = readRows({
  version: 1,
  rows: [
    ["012-034", "Gənclər mərkəzi", "Gəncə, Atatürk prospekti 5"],
    ["034-001", "Şəhər məktəbi № 7", "Bakı, Şıxəli Qurbanov küçəsi 24"],
    ["034-012", "İncəsənət evi", "Bakı, İstiqlaliyyət küçəsi 12"],
    ["034-013", "Şəhərətrafı klub", "Bakı, Səməd Vurğun küçəsi 120"],
    ["120-012", "Школа имени Низами", "Lənkəran, Nizami küçəsi 1"],
  ],
});

/** @param {string} query */
const found = (query) => search(ROWS, query).map((group) => [group.kind, ...group.rows.map((row) => row.id)]);

test("a pair of numbers finds the one station", () => {
  assert.deepEqual(found("34/12"), [["station", "034-012"]]);
  assert.deepEqual(found("участок 12 округ 34"), [["station", "034-012"]]);
});

test("a bare number offers constituency, station number and other matches, each row once", () => {
  assert.deepEqual(found("34"), [["constituency", "034-001", "034-012", "034-013"], ["numbered", "012-034"]]);
  assert.deepEqual(found("12"), [["constituency", "012-034"], ["numbered", "034-012", "120-012"], ["other", "034-013"]]);
});

test("a named number offers only that meaning first", () => {
  assert.deepEqual(found("məntəqə 12"), [["numbered", "034-012", "120-012"]]);
  assert.deepEqual(found("dairə 120"), [["constituency", "120-012"]]);
});

test("names and addresses are found without diacritics, in any case and script", () => {
  for (const query of ["ŞIXƏLİ QURBANOV", "sixeli qurbanov", "shikheli gurbanov", "qurbanov Şıx", "Гурбанов"]) {
    assert.deepEqual(found(query), [["text", "034-001"]], query);
  }
  assert.deepEqual(found("istiqlaliyyet"), [["text", "034-012"]]);
  assert.deepEqual(found("ISTIQLAL"), [["text", "034-012"]]);
  assert.deepEqual(found("низами"), [["text", "120-012"]]);
});

test("every word must begin a word of the row", () => {
  assert.deepEqual(found("baki kuc"), [["text", "034-001", "034-012", "034-013"]]);
  assert.deepEqual(found("baki lenkeran"), []);
  assert.deepEqual(found("banov"), []);
});

test("whole words come before beginnings", () => {
  assert.deepEqual(found("seher"), [["text", "034-001", "034-013"]]);
  assert.deepEqual(found("kucesi 12"), [["text", "034-012", "120-012", "034-013"]]);
});

test("a number beside words may be that of the house, the station or the constituency", () => {
  assert.deepEqual(found("Qurbanov 24"), [["text", "034-001"]]);
  assert.deepEqual(found("Vurğun 34"), [["text", "034-013"]]);
});

test("only when nothing matches are words within one edit offered", () => {
  for (const query of ["qurbonov", "qurbanv", "qurbaanov", "quranbov", "qurbnaov"]) {
    const expected = query === "quranbov" ? [] : [["similar", "034-001"]];
    assert.deepEqual(found(query), expected, query);
  }
  assert.deepEqual(found("xyz"), []);
});

test("an empty query and one of punctuation find nothing", () => {
  assert.deepEqual(found(""), []);
  assert.deepEqual(found(" … "), []);
});

test("one edit is one letter added, left out, replaced or two swapped", () => {
  for (const word of ["kamera", "kamra", "kamerra", "kamfra", "kmaera", "kame", "xkamera"]) assert.ok(beginsWithinOneEdit("kamera", word), word);
  for (const word of ["kmra", "kameraxx", "xyz", "makera"]) assert.ok(!beginsWithinOneEdit("kamera", word), word);
});

test("a file of another version or shape is refused", () => {
  for (const data of [null, {}, { version: 2, rows: [] }, { version: 1 }, { version: 1, rows: {} }]) {
    assert.throws(() => readRows(data), /search file/);
  }
});

test("a keystroke among 6,500 stations is answered far within a blink", () => {
  const many = readRows({ version: 1, rows: Array.from({ length: 6500 }, (_, i) => [`${String(1 + (i % 125)).padStart(3, "0")}-${String(1 + Math.floor(i / 125)).padStart(3, "0")}`, `Şəhər məktəbi № ${i}`, `Bakı, Qurbanov küçəsi ${i}`]) });
  const before = performance.now();
  for (const query of ["q", "qu", "qur", "qurbanov", "qurbanov 24", "34"]) assert.ok(search(many, query).length > 0);
  assert.ok(performance.now() - before < 1000);
});
