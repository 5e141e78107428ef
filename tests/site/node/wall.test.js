import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_STATIONS, readWall, stationId, timeOfDay, writeWall } from "../../../site/js/wall/address.js";
import { CLOSE, correction, FAR, FRESHER, JUMP_AGAIN, liveClock, running, shownAt } from "../../../site/js/wall/clock.js";
import { liveOnes, mostLive, moved } from "../../../site/js/wall/plan.js";
import { absence, askNow, outdated, unasked, whyNoDay } from "../../../site/js/wall/record.js";

const TODAY = "2026-11-29";

test("a station is named by its numbers in every form they are written in, and by nothing else", () => {
  for (const text of ["034-012", "34-12", "34/12"]) assert.equal(stationId(text), "034-012", text);
  for (const text of ["", "34", "foo", "34/12/5"]) assert.equal(stationId(text), null, text);
});

test("an address is read as it was written, in its order", () => {
  const wall = { stations: ["034-012", "001-003"], most: 9, moment: { date: TODAY, seconds: 14 * 3600 + 5 * 60 + 30 } };
  assert.equal(writeWall(wall), "?s=034-012,001-003&n=9&d=2026-11-29&t=14:05:30");
  assert.deepEqual(readWall(writeWall(wall), "2000-01-01"), { wall, refused: [], surplus: [] });
  const live = { stations: [], most: null, moment: null };
  assert.equal(writeWall(live), "");
  assert.deepEqual(readWall("", TODAY).wall, live);
});

test("what an address says twice is shown once, and what cannot be read is named and left out", () => {
  const { wall, refused } = readWall("?s=34/12,foo,,034-012,1-3&n=5&t=14:05", TODAY);
  assert.deepEqual(wall, { stations: ["034-012", "001-003"], most: null, moment: { date: TODAY, seconds: 50700 } });
  assert.deepEqual(refused, ["foo"]);
  assert.deepEqual(readWall("?s=1-3&t=25:00", TODAY).refused, ["25:00"]);
  assert.deepEqual(readWall("?s=1-3&t=9&d=2026-02-30", TODAY).refused, ["2026-02-30"]);
  assert.equal(readWall("?s=1-3&t=9&d=2026-02-30", TODAY).wall.moment, null);
});

test("no live picture at all is a choice, and no number is none", () => {
  assert.equal(readWall("?n=0", TODAY).wall.most, 0);
  assert.equal(readWall("?n=", TODAY).wall.most, null);
  assert.equal(readWall("?n=100", TODAY).wall.most, null);
});

test("stations beyond the most are named", () => {
  const many = Array.from({ length: MOST_STATIONS + 2 }, (_each, index) => `001-${String(index + 1).padStart(3, "0")}`);
  const { wall, surplus } = readWall(`?s=${many.join(",")}`, TODAY);
  assert.deepEqual(wall.stations, many.slice(0, MOST_STATIONS));
  assert.deepEqual(surplus, many.slice(MOST_STATIONS));
});

test("a time of day bears its seconds only where there are some", () => {
  assert.equal(timeOfDay(0), "00:00");
  assert.equal(timeOfDay(50700.9), "14:05");
  assert.equal(timeOfDay(50730), "14:05:30");
});

test("a telephone plays at most two, who wants stills only nothing", () => {
  assert.equal(mostLive(null, 1280, null), 4);
  assert.equal(mostLive(9, 1280, null), 9);
  assert.equal(mostLive(9, 390, null), 2);
  assert.equal(mostLive(null, 390, null), 2);
  assert.equal(mostLive(0, 390, null), 0);
  assert.equal(mostLive(9, 1280, "stills"), 0);
  assert.equal(mostLive(9, 1280, "on"), 9);
});

test("the first ones on screen are live", () => {
  const seen = new Set(["b", "c", "d"]);
  assert.deepEqual(liveOnes(["a", "b", "c", "d"], (station) => seen.has(station), 2), ["b", "c"]);
  assert.deepEqual(liveOnes(["a"], () => true, 0), []);
});

test("one is moved to a place that there is", () => {
  assert.deepEqual(moved(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], "c", -1), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], "b", 9), ["a", "c", "b"]);
});

test("a clock runs on from where it was started, and stands where it was stopped", () => {
  const clock = { moment: 5000, at: 100, runs: false };
  assert.equal(shownAt(clock, 900), 5000);
  const started = running(clock, true, 900);
  assert.equal(shownAt(started, 1000), 5100);
  assert.equal(running(started, true, 2000), started);
  assert.equal(shownAt(running(started, false, 1400), 9999), 5500);
});

test("live pictures set the clock with the first, and anew with a much fresher one", () => {
  assert.equal(liveClock(null, [], 0), null);
  const clock = liveClock(null, [1000, 3000], 0);
  assert.equal(shownAt(clock, 500), 3500);
  assert.equal(liveClock(clock, [3500 + FRESHER, 1000], 500), clock);
  assert.equal(shownAt(liveClock(clock, [3501 + FRESHER, 1000], 500), 500), 3501 + FRESHER);
  assert.equal(liveClock(clock, [], 500), clock);
});

test("who is near the clock is left alone, who is off is brought near by his rate, and who is far jumps", () => {
  assert.deepEqual(correction(10000, 10000 - CLOSE, Infinity, true), { jump: false, rate: 1 });
  assert.deepEqual(correction(10000, 10000 - CLOSE - 1, Infinity, true), { jump: false, rate: 1.1 });
  assert.deepEqual(correction(10000, 10000 + CLOSE + 1, Infinity, true), { jump: false, rate: 0.9 });
  assert.deepEqual(correction(10000, 9999 - FAR, Infinity, true), { jump: true, rate: 1 });
  // A jump takes time itself.
  assert.deepEqual(correction(10000, 9999 - FAR, JUMP_AGAIN - 1, true), { jump: false, rate: 1.1 });
  assert.deepEqual(correction(10000, 9999 - FAR, JUMP_AGAIN, true), { jump: true, rate: 1 });
  // A standing picture cannot come nearer by itself.
  assert.deepEqual(correction(10000, 9999 - CLOSE, Infinity, false), { jump: true, rate: 1 });
});

const at = (text) => Date.parse(`${TODAY}T${text}Z`);
const day = (more) => ({
  station: "034-012", date: TODAY, timeZone: "Asia/Baku", written: at("06:30:00"), closed: false, closedAt: null, stills: [],
  renditions: {
    sub: {
      hours: [{ hour: 8, url: "/08.m3u8", closed: true }], dayUrl: null, restarts: [],
      gaps: [{ start: at("05:00:00"), end: at("05:10:00"), reason: "refused" }, { start: at("05:20:00"), end: at("05:20:01"), reason: "lost" }],
    },
  },
  ...more,
});

test("a moment without a picture says why: a gap, the end, not yet, or no recording at all", () => {
  assert.equal(absence(day(), "sub", at("04:59:59")), "");
  assert.equal(absence(day(), "sub", at("05:00:00")), "reason_refused");
  assert.equal(absence(day(), "sub", at("05:10:00")), "");
  assert.equal(absence(day(), null, at("05:00:00")), "noRecording");
  assert.equal(absence(day(), "sub", at("06:30:01")), "notYet");
  const closed = day({ closed: true, closedAt: at("06:00:00") });
  assert.equal(absence(closed, "sub", at("05:59:59")), "");
  assert.equal(absence(closed, "sub", at("06:00:00")), "ended");
});

test("a hole of a second is jumped over", () => {
  assert.equal(absence(day(), "sub", at("05:20:00")), "");
});

test("a day that goes on is outdated near its end, a closed one never", () => {
  assert.equal(outdated(day(), at("06:00:00")), false);
  assert.equal(outdated(day(), at("06:29:59")), true);
  assert.equal(outdated(day({ closed: true, closedAt: at("06:30:00") }), at("09:00:00")), false);
});

test("a day that is not there is asked for again ever more rarely", () => {
  const pauses = [5000, 10000, 20000, 40000, 60000, 60000];
  assert.equal(askNow(unasked(TODAY), false, 0), true);
  pauses.forEach((pause, index) => {
    const asked = { date: TODAY, at: 1000, failures: index + 1, waits: false };
    assert.equal(askNow(asked, false, 999 + pause), false);
    assert.equal(askNow(asked, false, 1000 + pause), true);
  });
});

test("a day that goes on is read again every half minute, and nothing is asked twice at once", () => {
  const asked = { date: TODAY, at: 1000, failures: 0, waits: false };
  assert.equal(askNow(asked, true, 30999), false);
  assert.equal(askNow(asked, true, 31000), true);
  assert.equal(askNow({ ...asked, failures: 1 }, true, 30999), false);
  assert.equal(askNow({ ...asked, failures: 4 }, true, 40999), false);
  assert.equal(askNow({ ...asked, waits: true }, true, 1e9), false);
});

test("403 and 404 alike mean that there is no recording, anything else that none came", () => {
  assert.equal(whyNoDay(403), "noRecording");
  assert.equal(whyNoDay(404), "noRecording");
  assert.equal(whyNoDay(500), "retrying");
  assert.equal(whyNoDay(undefined), "retrying");
});
