import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL } from "../../../site/js/results.js";
import { readCatalogue, rowAt } from "../../../site/js/rows.js";
import { search } from "../../../site/js/search.js";
import { beginsWithinOneEdit } from "../../../site/js/spelling.js";

// Sample rows: each is a constituency, a number, a name and an address, sorted.
/** @param {[number, string, number][]} constituencies @param {[number, string, string][][]} rows in the order of these */
const fileOf = (regions, constituencies, rows) => ({
  version: 2,
  regions,
  constituencies,
  stations: constituencies.map(([number], i) => `${String(number).padStart(3, "0")}:${rows[i].map(([station]) => station).join(",")}`).join(" "),
  names: rows.flat().map(([, name]) => name).join("\n"),
  addresses: rows.flat().map(([,, address]) => address).join("\n"),
});

const CATALOGUE = readCatalogue(fileOf(
  [["qerb", "Nümunə: Qərb bölgəsi"], ["paytaxt", "Nümunə: Paytaxt"]],
  [[12, "Gəncə dairəsi", 0], [34, "Nəsimi dairəsi", 1], [120, "Lənkəran", 0]],
  [
    [[34, "Gənclər mərkəzi", "Gəncə, Atatürk prospekti 5"]],
    [
      [1, "Şəhər məktəbi № 7", "Bakı, Şıxəli Qurbanov küçəsi 24"],
      [12, "İncəsənət evi", "Bakı, İstiqlaliyyət küçəsi 12"],
      [13, "Şəhərətrafı klub", "Bakı, Səməd Vurğun küçəsi 120"],
    ],
    [[12, "Школа имени Низами", "Lənkəran, Nizami küçəsi 1"]],
  ],
));

/** @param {string} query */
const found = (query) => search(CATALOGUE, query).groups.map((group) => [group.kind, ...group.rows.map((row) => row.id)]);
/** @param {string} query */
const named = (query) => {
  const { regionsNamed, constituenciesNamed } = search(CATALOGUE, query);
  return [regionsNamed.map(({ slug }) => slug), constituenciesNamed.map(({ number }) => number)];
};

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
  for (const data of [null, {}, { version: 1, rows: [] }, { version: 2 }, { version: 2, stations: [] }]) {
    assert.throws(() => readCatalogue(data), /search file/);
  }
});

test("a file without stations is read, and finds nothing", () => {
  const empty = readCatalogue({ version: 2, regions: [], constituencies: [], stations: "", names: "", addresses: "" });
  assert.deepEqual(search(empty, "baki").groups, []);
});

test("rows know where they belong, also behind a constituency without stations", () => {
  const gaps = readCatalogue({
    version: 2,
    regions: [["a", "A"]],
    constituencies: [[1, "x", 0], [3, "y", 0], [5, "z", 0]],
    stations: "001:7 005:2-3",
    names: "Bir\nİki\nÜç",
    addresses: "b\nb\nb",
  });
  const rows = gaps.constituencies.map((place) => place.rows.numbers.map((_, i) => [rowAt(place, i).id, rowAt(place, i).name]));
  assert.deepEqual(rows, [[["001-007", "Bir"]], [], [["005-002", "İki"], ["005-003", "Üç"]]]);
  assert.equal(gaps.regions[0].stations, 3);
  assert.deepEqual(search(gaps, "dairə 3").groups, []);
  assert.deepEqual(search(gaps, "iki").groups[0].rows.map(({ id }) => id), ["005-002"]);
});

test("regions and constituencies are named by words of their names", () => {
  assert.deepEqual(named("nesimi"), [[], [34]]);
  assert.deepEqual(named("qerb"), [["qerb"], []]);
  assert.deepEqual(named("qerb lenkeran"), [[], [120]]);
  assert.deepEqual(named("lenkeran nesimi"), [[], []]);
  assert.deepEqual(named("34"), [[], []]);
});

test("the name of a place stands for its stations, behind those that say the word themselves", () => {
  assert.deepEqual(found("nesimi"), [["text", "034-001", "034-012", "034-013"]]);
  assert.deepEqual(found("paytaxt klub"), [["text", "034-013"]]);
  assert.deepEqual(found("gence"), [["text", "012-034"]]);
  const both = readCatalogue(fileOf([["r", "R"]], [[1, "Nizami", 0], [2, "Sahil", 0]], [[[1, "Məktəb", "a"]], [[1, "Nizami kitabxanası", "b"]]]));
  assert.deepEqual(search(both, "nizami").groups[0].rows.map(({ id }) => id), ["002-001", "001-001"]);
});

test("a misspelt place is found as well", () => {
  assert.deepEqual(found("nesmi"), [["similar", "034-001", "034-012", "034-013"]]);
});

const STATES = { "012": `${"-".repeat(33)}l`, "034": "l----------lo" };

test("facets count what choosing them would leave", () => {
  const all = search(CATALOGUE, "şəhər", { region: -1, live: false, states: STATES });
  assert.deepEqual([all.count, all.regions, all.live], [2, [0, 2], 1]);
  const live = search(CATALOGUE, "12", { region: -1, live: true, states: STATES });
  assert.deepEqual([live.count, live.regions, live.live], [2, [1, 1], 2]);
  assert.deepEqual(live.groups.map((group) => [group.kind, ...group.rows.map((row) => row.id)]), [["constituency", "012-034"], ["numbered", "034-012"]]);
  const west = search(CATALOGUE, "12", { region: 0, live: false, states: STATES });
  assert.deepEqual([west.count, west.regions, west.live], [2, [2, 2], 1]);
  assert.deepEqual(search(CATALOGUE, "12", { region: 0, live: true, states: STATES }).count, 1);
});

test("of each group the best are given and all are counted", () => {
  const some = (query, most) => search(CATALOGUE, query, ALL, most).groups.map(({ kind, count, rows }) => [kind, count, rows.map(({ id }) => id)]);
  assert.deepEqual(some("kucesi 12", 2), [["text", 3, ["034-012", "120-012"]]]);
  assert.deepEqual(some("34", 1), [["constituency", 3, ["034-001"]], ["numbered", 1, ["012-034"]]]);
  assert.deepEqual(search(CATALOGUE, "kucesi 12", ALL, 1).count, 3);
});

test("a row holds a word once or many times, in any order, and one of a query's words may begin another", () => {
  const twice = readCatalogue(fileOf([["r", "R"]], [[1, "x", 0]], [[[1, "Gül gül bağ", "Gülzar"], [2, "Gülzar", "Gül"], [3, "Bağ", "Gülzar"]]]));
  const ids = (/** @type {string} */ query) => search(twice, query).groups.flatMap(({ rows }) => rows.map(({ number }) => number));
  assert.deepEqual(ids("gül gülzar"), [1, 2, 3]);
  assert.deepEqual(ids("gül gül"), [1, 2, 3]);
  assert.deepEqual(ids("bağ gül"), [1, 3]);
});

test("a misspelt number of a house is found by a station's number too, and a long query by its first words", () => {
  const one = readCatalogue(fileOf([["r", "R"]], [[1, "x", 0]], [[[120, "Bir", "Ev 7"], [121, "İki", "Ev 120"]]]));
  assert.deepEqual(search(one, "1204").groups.map(({ kind, rows }) => [kind, rows.map(({ number }) => number)]), [["similar", [120, 121]]]);
  const letters = "abcdefghijklmno".split("");
  const long = readCatalogue(fileOf([["r", "R"]], [[1, "x", 0]], [[[1, letters.join(" "), "s"], [2, letters.slice(1).join(" "), "s"]]]));
  assert.deepEqual(search(long, `${letters.join(" ")} zzz`).groups[0].rows.map(({ number }) => number), [1]);
});

test("where states are not known nothing counts as live", () => {
  assert.equal(search(CATALOGUE, "12").live, 0);
  assert.equal(search(CATALOGUE, "12", { region: -1, live: true, states: null }).count, 0);
  assert.deepEqual(ALL, { region: -1, live: false, states: null });
});

test("a keystroke among 6,500 stations is answered far within a blink", () => {
  const constituencies = Array.from({ length: 125 }, (_, c) => [c + 1, `Dairə ${c}`, 0]);
  const stations = constituencies.map(([c]) => Array.from({ length: 52 }, (_, i) => [i + 1, `Şəhər məktəbi № ${i}`, `Bakı, Qurbanov küçəsi ${c}`]));
  const many = readCatalogue(fileOf([["r", "Bölgə"]], constituencies, stations));
  // Of a processor's time: the machine may stand still meanwhile.
  const before = process.cpuUsage();
  for (const query of ["q", "qu", "qur", "qurbanov", "qurbanov 24", "34", "qurbamov"]) assert.ok(search(many, query).count > 0, query);
  assert.ok(process.cpuUsage(before).user < 1000000);
});
