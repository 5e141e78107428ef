import assert from "node:assert/strict";
import { test } from "node:test";
import { clockIn, duration, fill } from "../../../site/js/text.js";

const UNITS = { seconds: "{number} s", minutes: "{number} min", hours: "{number} h" };

test("names in braces are filled, unknown ones stay", () => {
  assert.equal(fill("{a} of {b} {c}", { a: 1, b: "{a}" }), "1 of {a} {c}");
});

test("a duration is told in its largest whole unit", () => {
  const told = [[-5, "0 s"], [400, "0 s"], [119000, "119 s"], [120000, "2 min"], [7199000, "119 min"], [7200000, "2 h"]];
  for (const [milliseconds, words] of told) assert.equal(duration(milliseconds, UNITS), words);
});

test("the time of day is that of the election, not of the device, and says so", () => {
  assert.equal(clockIn("Asia/Baku")(Date.parse("2026-11-24T20:05:07Z")), "00:05:07 UTC+4");
  assert.equal(clockIn("Europe/London")(Date.parse("2026-11-24T20:05:07Z")), "20:05:07 UTC");
});
