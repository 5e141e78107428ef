import assert from "node:assert/strict";
import { test } from "node:test";
import { box, boxesIn, joined, number64, numbers, only, read32, read64 } from "../../../site/js/keep/boxes.js";
import { chosen, fileName, filmsOf, holes, longest, reckoned, samples } from "../../../site/js/keep/plan.js";
import { chapters, fragmentTime, TIME_LENGTH } from "../../../site/js/keep/wallclock.js";
import { announcement, gapsOf } from "../../../site/js/keep/words.js";

const segment = (url, start, more = {}) => ({ url, mapUrl: "/init", start, duration: 4000, discontinuity: false, gap: false, ...more });

test("a clip holds each segment that has a picture of its time, once, and no gaps", () => {
  const lists = [[segment("/1", 0), segment("/2", 4000), segment("/3", 8000, { gap: true })], [segment("/2", 4000), segment("/4", 12000), segment("/5", 16000)]];
  assert.deepEqual(chosen(lists, 3999, 12001).map((each) => each.url), ["/1", "/2", "/4"]);
  assert.deepEqual(chosen(lists, 4000, 12000).map((each) => each.url), ["/2"]);
  assert.deepEqual(chosen(lists, 20000, 30000), []);
});

test("another recording is told of where its first segment is a gap, and the clip's own beginning is none", () => {
  const list = [segment("/1", 0, { discontinuity: true }), segment("/2", 4000, { gap: true, discontinuity: true }), segment("/3", 60000), segment("/4", 64000)];
  assert.deepEqual(chosen([list], 0, 70000).map((each) => each.discontinuity), [false, true, false]);
});

test("what lies between two segments is a hole", () => {
  const segments = [segment("/1", 0), segment("/2", 4100), segment("/3", 20000)];
  assert.deepEqual(holes(segments, { from: 1000, to: 23000 }, []), [{ start: 8100, end: 20000 }]);
});

test("a known gap at the beginning or the end of what was asked for is a hole, the time to come is none", () => {
  const segments = [segment("/1", 60000), segment("/2", 64000)];
  const gaps = [{ start: 0, end: 60000 }, { start: 68000, end: 90000 }];
  assert.deepEqual(holes(segments, { from: 30000, to: 80000 }, gaps), [{ start: 30000, end: 60000 }, { start: 68000, end: 80000 }]);
  assert.deepEqual(holes(segments, { from: 61000, to: 500000 }, []), []);
});

test("of many segments some are asked for their size, from the first to the end", () => {
  const many = Array.from({ length: 100 }, (_, i) => segment(`/${i}`, i * 4000));
  assert.equal(samples(many, 200).length, 100);
  assert.deepEqual(samples(many, 4).map((each) => each.url), ["/0", "/25", "/50", "/75"]);
});

test("sizes that are not known are reckoned from those that are, by the length of the pieces, and said not to be exact", () => {
  const [one, two, long] = [segment("/1", 0), segment("/2", 4000), segment("/3", 8000, { duration: 8000 })];
  const sizes = new Map([["/1", 100], ["/2", 300]]);
  assert.deepEqual(reckoned([one, two], sizes, [one, two, long]), { bytes: 400, exact: true });
  assert.deepEqual(reckoned([two, long], sizes, [one, two, long]), { bytes: 900, exact: false });
  assert.deepEqual(reckoned([long], sizes, [one, two, long]), { bytes: 400, exact: false });
  assert.equal(reckoned([long], new Map(), [one, long]), null);
});

test("a file is named by the election's clock", () => {
  const start = Date.parse("2026-11-29T10:05:00Z");
  assert.equal(fileName("034-012", start, start + 304000, "Asia/Baku"), "034-012_2026-11-29_14-05-00_14-10-04.mp4");
});

test("boxes are read as they were written, and what is cut short is refused", () => {
  const bytes = box("moov", box("mvhd", numbers(1, 2)), box("free"));
  assert.deepEqual(boxesIn(bytes, 8).map((each) => each.type), ["mvhd", "free"]);
  assert.equal(only(bytes, ["moov", "mvhd"]).body, 16);
  assert.throws(() => only(bytes, ["moov", "trak"]), /no moov\/trak/);
  assert.throws(() => boxesIn(bytes.slice(0, 20)), /cut short/);
  assert.throws(() => boxesIn(joined([numbers(1), numbers(0)])), /cut short/);
  assert.equal(read64(number64(2 ** 40 + 5), 0), 2 ** 40 + 5);
});

test("a fragment's time is NTP's: seconds since 1900, and 2 ** 32 parts of one", () => {
  const bytes = fragmentTime(7, 500, 90000);
  assert.equal(bytes.length, TIME_LENGTH);
  assert.equal(read32(bytes, 8), 0x01000018);
  assert.deepEqual([read32(bytes, 12), read32(bytes, 16), read32(bytes, 20), read64(bytes, 24)], [7, 2208988800, 2 ** 31, 90000]);
  // Never a whole second by rounding.
  assert.equal(read32(fragmentTime(1, 999.9999999999, 0), 16), 2208988800);
});

test("pieces are chapters, as many as one byte counts; without pieces there are none", () => {
  const pieces = Array.from({ length: 300 }, (_, i) => ({ at: 2 * i, moment: 1000 * i }));
  const bytes = chapters(pieces);
  assert.equal(bytes[16], 255);
  assert.equal(bytes.length, 17 + 255 * (8 + 1 + 24));
  assert.equal(read64(bytes, 17 + 33), 20000000);
  assert.equal(new TextDecoder().decode(bytes.slice(17 + 33 + 9, 17 + 66)), "1970-01-01T00:00:01.000Z");
  assert.equal(chapters([]).length, 0);
});

test("a clip becomes one file, and another where segments do not fit; a gap between two belongs to the first", () => {
  const segments = [segment("/1", 0), segment("/2", 4000), segment("/3", 60000, { mapUrl: "/other" }), segment("/4", 64000)];
  const fit = (one, other) => one.mapUrl === other.mapUrl;
  const films = filmsOf(segments, { from: 1000, to: 70000 }, fit);
  assert.deepEqual(films.map(({ segments: own, from, to }) => [own.map((each) => each.url), from, to]), [
    [["/1", "/2"], 1000, 60000], [["/3"], 60000, 64000], [["/4"], 64000, 70000],
  ]);
  assert.deepEqual(filmsOf([], { from: 0, to: 1 }, fit), []);
});

test("a piece is as long as its bytes allow, in whole minutes", () => {
  const hour = Array.from({ length: 900 }, (_, i) => segment(`/${i}`, i * 4000));
  assert.equal(longest(hour, 900e6, 500e6), 33 * 60000);
  assert.equal(longest(hour, 900e9, 500e6), 60000);
});

const language = {
  texts: { keepSize: "{from}-{to} {size}", keepAbout: "{from}-{to} ~{size}", keepCuts: "cuts", keepShorter: "most {most}, {length}", keepLarge: "large", keepFiles: "{number} files" },
  clock: (moment) => String(moment),
  units: { seconds: "{number} s", minutes: "{number} min", hours: "{number} h" },
};
const film = (start, bytes, exact = true) => ({ segments: [segment(`/${start}`, start, { duration: 3600000 })], from: start, to: start + 3600000, bytes, exact });

test("a clip is announced with its times and size; several files with those of each", () => {
  assert.deepEqual(announcement([film(0, 12e6)], Infinity, language), { message: "0-3600000 12 cuts", files: [], possible: true });
  assert.deepEqual(announcement([film(0, 12e6), film(3600000, 2.5e6, false)], Infinity, language), {
    message: "0-7200000 ~15 cuts 2 files", files: ["0-3600000 12", "3600000-7200000 ~2.5"], possible: true,
  });
});

test("what is too much for memory is refused, which counts for each file by itself; what is much for a disk is told", () => {
  assert.deepEqual(announcement([film(0, 900e6)], 500e6, language), { message: "0-3600000 900 cuts most 500, 33 min", files: [], possible: false });
  assert.equal(announcement([film(0, 400e6), film(3600000, 400e6)], 500e6, language).possible, true);
  assert.deepEqual(announcement([film(0, 1100e6)], Infinity, language).message, "0-3600000 1100 cuts large");
});

test("every reason for which pictures are missing is named, in order and once", () => {
  const told = { texts: { gap: "{from}-{to} {reason}" }, clock: String, units: language.units, reason: (name) => name.toUpperCase() };
  const film = { segments: [segment("/1", 0), segment("/2", 20000)], from: 0, to: 24000 };
  const gap = (start, end, reason) => ({ start, end, reason });
  const known = [gap(4000, 8000, "silent"), gap(8000, 16000, "packager_stopped"), gap(16000, 20000, "silent"), gap(24000, 28000, "paused")];
  assert.deepEqual(gapsOf(film, known, told), ["4000-20000 SILENT; PACKAGER_STOPPED"]);
  assert.deepEqual(gapsOf(film, [], told), ["4000-20000 UNKNOWN"]);
});
