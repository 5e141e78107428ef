import assert from "node:assert/strict";
import { test } from "node:test";
import { hlsConfig, shouldRetry } from "../../../site/js/player/config.js";

const POLICY = { maxNumRetry: 3 };

test("403 and 404 alike are asked for again until the policy's number is reached", () => {
  for (const code of [403, 404]) {
    assert.equal(shouldRetry(POLICY, 0, false, { code }, false), true);
    assert.equal(shouldRetry(POLICY, 2, false, { code }, false), true);
    assert.equal(shouldRetry(POLICY, 3, false, { code }, false), false);
  }
});

test("anything else is left to the library", () => {
  assert.equal(shouldRetry(POLICY, 0, false, { code: 400 }, false), false);
  assert.equal(shouldRetry(POLICY, 0, false, { code: 503 }, true), true);
  assert.equal(shouldRetry(POLICY, 0, true, undefined, false), false);
  assert.equal(shouldRetry(null, 0, false, { code: 404 }, false), false);
});

test("the worker comes from an address of ours, so that the policy needs no blob workers", () => {
  assert.equal(hlsConfig("/assets/x/vendor/hls.worker.js").workerPath, "/assets/x/vendor/hls.worker.js");
});

test("memory is bounded ahead of and behind the picture", () => {
  const config = hlsConfig("w");
  for (const name of ["maxBufferLength", "maxMaxBufferLength", "backBufferLength", "maxBufferSize"]) assert.ok(Number.isFinite(config[name]), name);
});
