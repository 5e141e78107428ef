import assert from "node:assert/strict";
import { test } from "node:test";
import { dayCost, firstMode, qualityIn, stillInterval, stillsCost, videoCost } from "../../../site/js/player/saver.js";

test("a device that asks to save data begins with the saver, and the viewer's own choice comes first", () => {
  assert.equal(firstMode(null, false), "video");
  assert.equal(firstMode(null, true), "low");
  assert.equal(firstMode("video", true), "video");
  assert.equal(firstMode("stills", false), "stills");
  assert.equal(firstMode("nonsense", true), "low");
});

test("who saves data gets a still a minute", () => {
  assert.deepEqual(["video", "low", "stills"].map(stillInterval), [30000, 60000, 60000]);
});

test("who saves data gets the lowest rendition whatever quality was chosen before", () => {
  assert.equal(qualityIn("low", "high"), "low");
  assert.equal(qualityIn("video", "high"), "high");
  assert.equal(qualityIn("video", null), "auto");
  assert.equal(qualityIn("video", "nonsense"), "auto");
});

test("costs are megabytes an hour with no more digits than are known", () => {
  assert.equal(videoCost(250000), 110);
  assert.equal(videoCost(100000), 45);
  assert.equal(stillsCost(40000, 60000), 2);
  assert.equal(stillsCost(40000, 30000), 5);
  assert.equal(stillsCost(100, 60000), 1);
  assert.equal(dayCost(40000, 780), 31);
  assert.equal(dayCost(40000, 3), 1);
});
