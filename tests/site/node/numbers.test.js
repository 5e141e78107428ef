import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumbers } from "../../../site/js/numbers.js";

const STATION = { kind: "station", constituency: 34, number: 12 };
const meanings = [
  ["34/12", STATION],
  ["34-12", STATION],
  ["034-012", STATION],
  [" 34 / 12 ", STATION],
  ["34 12", STATION],
  ["034012", STATION],
  ["12 saylı məntəqə, 34 saylı dairə", STATION],
  ["34 saylı dairə, 12 saylı məntəqə", STATION],
  ["34 saylı seçki dairəsi", { kind: "constituency", constituency: 34 }],
  ["34 saylı seçki dairəsi 12 saylı seçki məntəqəsi", STATION],
  ["12-й участок, 34-й избирательный округ", STATION],
  ["12 SAYLI MƏNTƏQƏ 34 SAYLI DAİRƏ", STATION],
  ["12 sayli menteqe 34 sayli daire", STATION],
  ["12-ci məntəqə 34-cü dairə", STATION],
  ["station 12 of constituency 34", STATION],
  ["polling station 12, constituency 34", STATION],
  ["constituency 34 station 12", STATION],
  ["12th station of the 34th constituency", STATION],
  ["участок 12 округ 34", STATION],
  ["участок № 12, округ № 34", STATION],
  ["УЧАСТОК 12 ОКРУГА 34", STATION],
  ["12 участок 34 округа", STATION],
  ["12", { kind: "bare", number: 12 }],
  ["№ 12", { kind: "bare", number: 12 }],
  ["012", { kind: "bare", number: 12 }],
  ["məntəqə 12", { kind: "number", number: 12 }],
  ["12 saylı məntəqə", { kind: "number", number: 12 }],
  ["dairə 34", { kind: "constituency", constituency: 34 }],
  ["округ 34", { kind: "constituency", constituency: 34 }],
  ["0", null],
  ["0/12", null],
  ["34/0", null],
  ["1234", null],
  ["34/12/5", null],
  ["məntəqə", null],
  ["dairə dairə 34", null],
  ["station 12 station 13", null],
  ["Qurbanov 24", null],
  ["", null],
];

for (const [query, meaning] of meanings) {
  test(`${JSON.stringify(query)} means ${JSON.stringify(meaning)}`, () => assert.deepEqual(parseNumbers(query), meaning));
}
