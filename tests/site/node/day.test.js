import assert from "node:assert/strict";
import { test } from "node:test";
import { readPlaylist } from "../../../site/js/day/playlist.js";
import { readTimeline, stillUrl, timelineUrl } from "../../../site/js/day/timeline.js";
import { civil, dateWords, momentAt, readTimeOfDay } from "../../../site/js/day/zone.js";

const BAKU = "Asia/Baku";
const URL_OF_DAY = "https://example.org/live/034-012/2026-11-29/timeline.json";

test("a moment is a date and a time of day by the election's clock", () => {
  assert.deepEqual(civil(Date.parse("2026-11-28T20:00:00Z"), BAKU), { date: "2026-11-29", hour: 0, minute: 0, second: 0 });
  assert.deepEqual(civil(Date.parse("2026-11-29T10:05:07Z"), BAKU), { date: "2026-11-29", hour: 14, minute: 5, second: 7 });
});

test("a time of day is a moment, also behind midnight and where clocks are put forward and back", () => {
  assert.equal(momentAt("2026-11-29", 14 * 3600 + 300, BAKU), Date.parse("2026-11-29T10:05:00Z"));
  assert.equal(momentAt("2026-11-29", 25 * 3600, BAKU), Date.parse("2026-11-29T21:00:00Z"));
  assert.equal(momentAt("2026-03-29", 12 * 3600, "Europe/Berlin"), Date.parse("2026-03-29T10:00:00Z"));
  assert.equal(momentAt("2026-10-25", 12 * 3600, "Europe/Berlin"), Date.parse("2026-10-25T11:00:00Z"));
});

test("dates are written as the page has them", () => {
  const texts = { date1: "{day} yanvar {year}", date11: "{day} ноября {year} г." };
  assert.equal(dateWords("2026-11-29", texts), "29 ноября 2026 г.");
  assert.equal(dateWords("2027-01-02", texts), "2 yanvar 2027");
});

test("times of day are read as people write them", () => {
  for (const text of ["14:05", "14.05", "1405", " 14 05 "]) assert.equal(readTimeOfDay(text), 14 * 3600 + 300, text);
  assert.equal(readTimeOfDay("9"), 9 * 3600);
  assert.equal(readTimeOfDay("14:05:30"), 14 * 3600 + 330);
  for (const text of ["", "24:00", "14:60", "noon", "-1", "14:5"]) assert.equal(readTimeOfDay(text), null, text);
});

const TIMELINE = {
  version: 1, station: "034-012", date: "2026-11-29", time_zone: BAKU, written: "2026-11-29T05:30:00.000Z", closed: false,
  renditions: {
    main: {
      hours: [{ hour: 8, playlist: "main/2026-11-29/08.m3u8", closed: true }],
      gaps: [{ start: "2026-11-29T04:10:00.000Z", end: "2026-11-29T04:12:00.000Z", reason: "refused" }],
      restarts: [{ time: "2026-11-29T04:12:00.000Z", reason: "refused" }],
    },
  },
  stills: [["07:59", "08:01"], ["08:13", "08:13"]],
};

test("a timeline is read with full addresses, moments and minutes", () => {
  const day = readTimeline(TIMELINE, URL_OF_DAY);
  assert.equal(day.renditions.main.hours[0].url, "https://example.org/live/034-012/main/2026-11-29/08.m3u8");
  assert.equal(day.renditions.main.dayUrl, null);
  assert.deepEqual(day.renditions.main.gaps, [{ start: Date.parse("2026-11-29T04:10:00Z"), end: Date.parse("2026-11-29T04:12:00Z"), reason: "refused" }]);
  assert.deepEqual(day.stills, [479, 480, 481, 493]);
  assert.equal(stillUrl(day, 493), "/live/034-012/2026-11-29/0813.jpg");
  assert.equal(timelineUrl("034-012", "2026-11-29"), "/live/034-012/2026-11-29/timeline.json");
});

test("what is no timeline is refused", () => {
  for (const data of [null, {}, { version: 2, renditions: {}, stills: [] }, { version: 1, renditions: {} }]) {
    assert.throws(() => readTimeline(data, URL_OF_DAY), /not a timeline/);
  }
  assert.throws(() => readTimeline({ ...TIMELINE, written: "yesterday" }, URL_OF_DAY), /not a time/);
});

const HEAD = '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="../init-1.mp4"\n';
const AT = "https://example.org/live/034-012/main/2026-11-29/08.m3u8";

test("a playlist's segments have full addresses and times", () => {
  const { segments, closed } = readPlaylist(
    `${HEAD}#EXT-X-PROGRAM-DATE-TIME:2026-11-29T04:00:00.000Z\n#EXTINF:4.000,\n1.m4s\n#EXTINF:3.500,\n2.m4s\n#EXT-X-DISCONTINUITY\n`
    + '#EXT-X-MAP:URI="../init-2.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-29T04:10:00.000Z\n#EXT-X-GAP\n#EXTINF:4,\n3.m4s\n#EXT-X-ENDLIST\n', AT);
  const begin = Date.parse("2026-11-29T04:00:00Z");
  const folder = "https://example.org/live/034-012/main/";
  assert.equal(closed, true);
  assert.deepEqual(segments, [
    { url: `${folder}2026-11-29/1.m4s`, mapUrl: `${folder}init-1.mp4`, start: begin, duration: 4000, discontinuity: false, gap: false },
    { url: `${folder}2026-11-29/2.m4s`, mapUrl: `${folder}init-1.mp4`, start: begin + 4000, duration: 3500, discontinuity: false, gap: false },
    { url: `${folder}2026-11-29/3.m4s`, mapUrl: `${folder}init-2.mp4`, start: begin + 600000, duration: 4000, discontinuity: true, gap: true },
  ]);
});

test("a page in the place of a playlist, and segments without times, are refused", () => {
  assert.throws(() => readPlaylist("<!doctype html>", AT), /not a playlist/);
  assert.throws(() => readPlaylist(`${HEAD}#EXTINF:4,\n1.m4s\n`, AT), /no time/);
});
