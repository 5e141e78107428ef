import assert from "node:assert/strict";
import { test } from "node:test";
import { readVariants } from "../../../site/js/player/variants.js";

const URL_OF_STATION = "https://example.org/live/034-012/master.m3u8";
const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=2500000,AVERAGE-BANDWIDTH=2000000,CODECS="hvc1.1.6.L93.B0,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000
main/live.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360
sub/live.m3u8
`;

test("the renditions of a station are read, the smallest first", () => {
  assert.deepEqual(readVariants(PLAYLIST, URL_OF_STATION), [
    { url: "https://example.org/live/034-012/sub/live.m3u8", codecs: "", width: 640, height: 360, bitsPerSecond: 300000 },
    { url: "https://example.org/live/034-012/main/live.m3u8", codecs: "hvc1.1.6.L93.B0,mp4a.40.2", width: 1280, height: 720, bitsPerSecond: 2000000 },
  ]);
  assert.equal(readVariants(PLAYLIST.replace(/\n/g, "\r\n"), URL_OF_STATION).length, 2);
});

test("a playlist without renditions has none, and what is no playlist is refused", () => {
  assert.deepEqual(readVariants("#EXTM3U\n", URL_OF_STATION), []);
  assert.throws(() => readVariants("<!doctype html>", URL_OF_STATION), /not a playlist/);
});
