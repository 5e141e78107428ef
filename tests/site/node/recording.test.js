import assert from "node:assert/strict";
import { test } from "node:test";
import { beyondGap, crossed, drawnOf, gapAt, goesOnAt, momentOf, partAt, partsOf, positionOf, renditionOf, restartNear, spanOf, stillAt } from "../../../site/js/day/recording.js";

const at = (text) => Date.parse(`2026-11-29T${text}Z`);
const hours = [{ hour: 8, url: "/08.m3u8", closed: true }, { hour: 10, url: "/10-2.m3u8", closed: false }];
const gaps = [{ start: at("04:00:00"), end: at("04:10:00"), reason: "starting" }, { start: at("05:00:00"), end: at("06:00:00"), reason: "refused" }];
const day = {
  station: "034-012", date: "2026-11-29", timeZone: "Asia/Baku", written: at("06:30:00"), closed: false, closedAt: null,
  renditions: { main: { hours, dayUrl: null, gaps, restarts: [] }, sub: { hours: [], dayUrl: null, gaps: [], restarts: [] } },
  stills: [8 * 60 + 10, 8 * 60 + 11, 10 * 60 + 5],
};

test("the other rendition is played where the wanted one was not recorded", () => {
  assert.equal(renditionOf(day, "main"), "main");
  assert.equal(renditionOf(day, "sub"), "main");
  assert.equal(renditionOf({ ...day, renditions: {} }, "sub"), null);
});

test("a moment lies in its hour, a moment between two hours in the next one, and behind the last in none", () => {
  const parts = partsOf(day, "main");
  assert.deepEqual(parts.map((part) => part.begin), [at("04:00:00"), at("06:00:00")]);
  assert.equal(partAt(parts, at("04:59:59")).url, "/08.m3u8");
  assert.equal(partAt(parts, at("05:30:00")).url, "/10-2.m3u8");
  assert.equal(partAt(parts, at("07:00:00")), null);
});

test("a closed day is one part", () => {
  const closed = { ...day, renditions: { main: { ...day.renditions.main, dayUrl: "/day.m3u8" } } };
  assert.deepEqual(partsOf(closed, "main"), [{ url: "/day.m3u8", begin: at("04:00:00"), end: at("07:00:00") }]);
});

test("pictures go on where the last of several reasons ends, and nobody knows when while the gap still runs", () => {
  const gap = { start: at("05:00:00"), end: at("05:10:00"), reason: "refused" };
  const next = { start: at("05:10:00"), end: at("05:20:00"), reason: "stalled" };
  const known = (/** @type {object} */ more, /** @type {object} */ part = {}) => ({
    ...day, written: at("05:20:30"), ...more, renditions: { main: { hours, dayUrl: null, gaps: [gap, next], restarts: [], ...part } },
  });
  assert.equal(goesOnAt(known({}), "main", gap), null);
  // It grows every few seconds while it runs.
  assert.equal(goesOnAt(known({ written: at("05:23:00") }), "main", gap), at("05:20:00"));
  assert.equal(goesOnAt(known({}, { restarts: [{ time: at("05:20:00"), reason: "stalled" }] }), "main", gap), at("05:20:00"));
  assert.equal(goesOnAt(known({}, { restarts: [{ time: at("04:59:00"), reason: "stalled" }] }), "main", gap), null);
  const later = { start: at("05:20:10"), end: at("05:20:20"), reason: "stalled" };
  assert.equal(goesOnAt(known({}, { gaps: [gap, next, later] }), "main", gap), at("05:20:00"));
  assert.equal(goesOnAt(known({}, { gaps: [gap, next, later] }), "main", later), null);
  // Nothing follows the last gap of a day that is closed.
  assert.equal(goesOnAt(known({ closed: true, closedAt: at("07:00:00") }), "main", gap), at("05:20:00"));
  assert.equal(goesOnAt(known({ closed: true, closedAt: at("05:20:00") }), "main", gap), null);
});

const pieces = [
  { start: 0, duration: 4, moment: at("04:10:00"), gap: false },
  { start: 4, duration: 6, moment: at("04:10:04"), gap: true },
  { start: 10, duration: 4, moment: at("04:12:00"), gap: false },
];

test("positions and moments belong together, and a moment without a picture is at the next one", () => {
  assert.equal(positionOf(pieces, at("04:10:02.500")), 2.5);
  assert.equal(positionOf(pieces, at("04:00:00")), 0);
  assert.equal(positionOf(pieces, at("04:11:00")), 10);
  assert.equal(positionOf(pieces, at("04:12:04")), null);
  assert.equal(momentOf(pieces, 2.5), at("04:10:02.500"));
  assert.equal(momentOf(pieces, 11), at("04:12:01"));
  assert.equal(momentOf(pieces, 5), null);
  assert.equal(momentOf(pieces, 14), null);
});

test("playback that comes to a gap goes on behind it, and before it is not disturbed", () => {
  assert.equal(beyondGap(pieces, 2), null);
  assert.equal(beyondGap(pieces, 3.8), 10);
  assert.equal(beyondGap(pieces, 7), 10);
  assert.equal(beyondGap(pieces, 10), null);
  assert.equal(beyondGap(pieces.slice(0, 2), 5), Infinity);
});

test("a gap holds its first moment and not its last", () => {
  assert.equal(gapAt(day, "main", at("05:00:00")).reason, "refused");
  assert.equal(gapAt(day, "main", at("06:00:00")), null);
});

test("playback crosses the gaps between two pictures, whichever picture ends the one before", () => {
  assert.deepEqual(crossed(day, "main", at("04:59:59.700"), at("06:00:00.100")), [gaps[1]]);
  assert.deepEqual(crossed(day, "main", at("03:59:59"), at("06:00:01")), gaps);
  assert.deepEqual(crossed(day, "main", at("05:00:00.200"), at("05:59:59.900")), [gaps[1]]);
  assert.deepEqual(crossed(day, "main", at("04:30:00"), at("04:30:10")), []);
  assert.deepEqual(crossed(day, "main", at("06:00:00.100"), at("06:00:00.300")), []);
});

test("a rendition of which nothing was recorded is drawn for its gaps, unless another one was recorded", () => {
  const only = { hours: [], dayUrl: null, gaps: [gaps[1]], restarts: [] };
  assert.equal(drawnOf(day, "sub"), "main");
  assert.equal(drawnOf({ ...day, renditions: { sub: only } }, "main"), "sub");
  assert.equal(drawnOf({ ...day, renditions: { sub: { ...only, gaps: [] } } }, "main"), null);
});

test("the line runs from the first gap or still to the present, and to the close once there is one", () => {
  assert.deepEqual(spanOf(day, "main", at("06:30:00")), { from: at("04:00:00"), to: at("06:30:00") });
  assert.deepEqual(spanOf({ ...day, closed: true, closedAt: at("16:00:00") }, "main", at("18:00:00")), { from: at("04:00:00"), to: at("16:00:00") });
  // A day that is closed without a time of its own was over at midnight.
  assert.equal(spanOf({ ...day, closed: true }, "main", at("23:00:00")).to, at("20:00:00"));
  assert.deepEqual(spanOf(day, "sub", at("06:30:00")).from, at("04:10:00"));
  // A gap that began the day before does not make the day longer.
  const before = { hours: [], dayUrl: null, gaps: [{ start: Date.parse("2026-11-28T19:00:00Z"), end: at("01:00:00"), reason: "refused" }], restarts: [] };
  assert.equal(spanOf({ ...day, renditions: { sub: before } }, "sub", at("06:30:00")).from, Date.parse("2026-11-28T20:00:00Z"));
});

test("the nearest restart is found where one is near", () => {
  const restarts = [{ time: at("05:00:00"), reason: "jumped" }, { time: at("05:01:00"), reason: "changed" }];
  const known = { ...day, renditions: { main: { ...day.renditions.main, restarts } } };
  assert.equal(restartNear(known, "main", at("05:00:40"), 60000).reason, "changed");
  assert.equal(restartNear(known, "main", at("05:00:10"), 60000).reason, "jumped");
  assert.equal(restartNear(known, "main", at("05:02:01"), 60000), null);
});

test("the still next to a moment is the last one before it, unless that is long ago", () => {
  assert.equal(stillAt(day, at("04:11:59")), 8 * 60 + 11);
  assert.equal(stillAt(day, at("04:13:10")), 8 * 60 + 11);
  assert.equal(stillAt(day, at("04:20:00")), null);
  assert.equal(stillAt(day, at("04:00:00")), null);
});
