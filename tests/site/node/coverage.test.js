import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, stationsOf, timeLeft } from "../../../site/js/coverage.js";

const TEXTS = { days: "{days} d {hours} h", hours: "{hours} h {minutes} min", minutes: "{minutes} min", seconds: "{number} s" };

test("a set of stations is read into its ids", () => {
  assert.deepEqual(stationsOf("033:1-3 034:1,12-13"), ["033-001", "033-002", "033-003", "034-001", "034-012", "034-013"]);
});

test("numbers are grouped as the language does", () => {
  assert.equal(grouped(5812, "en"), "5,812");
  assert.match(grouped(5812, "ru"), /^5\s812$/);
  assert.equal(grouped(5812, "az"), "5.812");
});

test("the time that is left is told in days, hours, minutes and only at the end in seconds", () => {
  const minute = 60000;
  assert.equal(timeLeft(1, TEXTS), "1 s");
  assert.equal(timeLeft(2 * minute - 1, TEXTS), "120 s");
  assert.equal(timeLeft(2 * minute, TEXTS), "2 min");
  assert.equal(timeLeft(59 * minute + 1, TEXTS), "1 h 0 min");
  assert.equal(timeLeft(25 * 60 * minute, TEXTS), "1 d 1 h");
});
