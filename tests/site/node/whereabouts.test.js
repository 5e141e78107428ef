import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ALL } from "../../../site/js/results.js";
import { readCatalogue, readPart } from "../../../site/js/rows.js";
import { search } from "../../../site/js/search.js";
import { isEnough, neededFor } from "../../../site/js/whereabouts.js";

// What the builder writes of these elections is tested against the same vectors.
const { whole, parted, needed } = JSON.parse(readFileSync(new URL("../search_vectors.json", import.meta.url), "utf8"));
const FIRST = "az/search.json";

const numbersOf = (places) => places.map(({ number }) => number);
const partOf = (place) => parted[place.file.slice(1)];
/** The parted election with the files of `places` read. */
function read(places) {
  const catalogue = readCatalogue(parted[FIRST]);
  catalogue.constituencies.filter(({ number, file }) => file !== "" && places.includes(number)).forEach((place) => readPart(catalogue, place, partOf(place)));
  return catalogue;
}
const idsOf = (answer) => answer.groups.map(({ kind, number, count, rows }) => [kind, number, count, rows.map(({ id }) => id)]);

test("a query needs the constituencies that may hold what is asked for, and no others", () => {
  for (const [query, exact, similar] of needed) {
    const found = neededFor(readCatalogue(parted[FIRST]), query, ALL);
    assert.deepEqual([numbersOf(found.exact), numbersOf(found.similar)], [exact, similar], query);
  }
});

test("what was found in those is what is found among all", () => {
  const all = readCatalogue(whole);
  for (const [query, exact, similar] of needed) {
    const expected = search(all, query);
    const wanted = expected.groups.some(({ kind }) => kind === "similar") ? similar : exact;
    const answer = search(read(wanted), query);
    assert.deepEqual(idsOf(answer), idsOf(expected), query);
    assert.deepEqual([answer.count, answer.regions, numbersOf(answer.constituenciesNamed)], [expected.count, expected.regions, numbersOf(expected.constituenciesNamed)], query);
  }
});

test("a region that is chosen, and what is live, leave fewer", () => {
  const catalogue = readCatalogue(parted[FIRST]);
  const states = { "012": `${"-".repeat(33)}l`, "034": "o-----------o" };
  assert.deepEqual(numbersOf(neededFor(catalogue, "n", { region: 0, live: false, states }).exact), [12, 120]);
  assert.deepEqual(numbersOf(neededFor(catalogue, "n", { region: -1, live: true, states }).exact), [12]);
  assert.deepEqual(numbersOf(neededFor(catalogue, "n", { region: 1, live: true, states }).exact), []);
  assert.deepEqual(numbersOf(neededFor(catalogue, "34/12", { region: 0, live: false, states }).exact), [12, 120]);
});

test("enough is one group that is full, and of a bare number both meanings", () => {
  const enough = (query, places, alone, several) => {
    const catalogue = read(places);
    return isEnough(catalogue, query, search(catalogue, query), { alone, several });
  };
  assert.ok(enough("küçəsi", [34], 3, 1));
  assert.ok(!enough("küçəsi", [34], 4, 1));
  assert.ok(enough("34/12", [34], 20, 6));
  assert.ok(!enough("34/12", [12], 20, 6));
  assert.ok(enough("dairə 34", [34], 20, 6));
  assert.ok(!enough("12", [12], 20, 6));
  assert.ok(!enough("12", [12, 34], 20, 6));
  assert.ok(enough("12", [12, 34], 20, 1));
  assert.ok(enough("12", [12, 34, 120], 20, 6));
  assert.ok(enough("120", [120], 20, 6));
});

test("a file that is not the constituency's own is refused and changes nothing", () => {
  const catalogue = readCatalogue(parted[FIRST]);
  const place = catalogue.constituencies[1];
  for (const data of [null, [], {}, whole, parted[FIRST], { version: 3, names: "a", addresses: "b" }, { version: 3, names: "a\nb\nc", addresses: "b" }]) {
    assert.throws(() => readPart(catalogue, place, data), /search file/);
  }
  assert.equal(place.file, "/assets/search/034-d297a091.json");
  assert.deepEqual(search(catalogue, "klub").groups, []);
  readPart(catalogue, place, partOf(place));
  assert.equal(place.file, "");
  assert.deepEqual(idsOf(search(catalogue, "klub")), [["text", 0, 1, ["034-013"]]]);
});

/** Numbers from 0 to 1, the same in every run. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test("in any election and for any query, the constituencies needed are enough", () => {
  const random = chance(7);
  const pick = (some) => some[Math.floor(random() * some.length)];
  const letters = () => Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick("aabekmn")).join("");
  const text = (most) => Array.from({ length: 1 + Math.floor(random() * most) }, () => (random() < 0.1 ? String(Math.floor(random() * 130)) : letters())).join(" ");
  const kinds = new Set();
  for (let election = 0; election < 150; election += 1) {
    const regions = [["a", text(1)], ["b", text(2)]];
    const constituencies = Array.from({ length: 6 }, (_, i) => [i * 20 + 1, text(2), Math.floor(random() * 2)]);
    const rows = constituencies.map(() => Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => [i * 7 + 1, text(2), text(3)]));
    const lines = (some, at) => some.map((row) => row[at]).join("\n");
    const stations = rows.map((some, i) => `${String(constituencies[i][0]).padStart(3, "0")}:${some.map(([number]) => number).join(",")}`).join(" ");
    const all = readCatalogue({ version: 2, regions, constituencies, stations, names: lines(rows.flat(), 1), addresses: lines(rows.flat(), 2) });
    /** @type {Map<string, number[]>} */ const holding = new Map();
    rows.forEach((some, i) => `${lines(some, 1)} ${lines(some, 2)}`.split(/\s/).filter((word) => /^[a-z]/.test(word)).forEach((word) => {
      const beginning = word.length < 3 || word > "k" ? `${word}.` : word.slice(0, 3);
      holding.set(beginning, (holding.get(beginning) || []).concat([i]));
    }));
    const beginnings = Array.from(holding.keys()).sort();
    const gaps = (places) => Array.from(new Set(places)).map((place, n, some) => String(place - (n > 0 ? some[n - 1] + 1 : 0))).join("");
    const first = {
      version: 3, regions, stations, folder: "/", beginnings: beginnings.join(" "), places: beginnings.map((beginning) => gaps(holding.get(beginning))).join(" "),
      constituencies: constituencies.map((place) => [...place, "x"]),
    };
    for (let i = 0; i < 40; i += 1) {
      const query = random() < 0.1 ? `${pick(constituencies)[0]}/${1 + Math.floor(random() * 15)}` : random() < 0.3 ? pick(rows.flat()).slice(1).join(" ").split(" ").slice(0, 2).map((word) => word.slice(1)).join(" ") : text(2);
      const expected = search(all, query);
      const catalogue = readCatalogue(first);
      const { exact, similar } = neededFor(catalogue, query, ALL);
      const isSimilar = expected.groups.some(({ kind }) => kind === "similar");
      (isSimilar ? similar : exact).forEach((place) => {
        const some = rows[catalogue.constituencies.indexOf(place)];
        readPart(catalogue, place, { version: 3, names: lines(some, 1), addresses: lines(some, 2) });
      });
      assert.deepEqual(idsOf(search(catalogue, query)), idsOf(expected), `${query}: ${JSON.stringify(first)} ${JSON.stringify(rows)}`);
      expected.groups.forEach(({ kind }) => kinds.add(kind));
    }
  }
  assert.deepEqual(Array.from(kinds).sort(), ["constituency", "numbered", "other", "similar", "station", "text"]);
});
