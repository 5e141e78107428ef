import assert from "node:assert/strict";
import { test } from "node:test";
import { readStatus, stateOf, TRUSTED_FOR } from "../../../site/js/status.js";

const WRITTEN = Date.parse("2026-11-24T06:00:00.000Z");
const STATUS = readStatus({ version: 1, written: "2026-11-24T06:00:00.000Z", counts: {}, stations: { "034": "sldompca-?l" } });

test("the character at a station's number is its state", () => {
  const states = ["scheduled", "live", "delayed", "offline", "maintenance", "paused", "closed", "archived", "unknown", "unknown", "live"];
  states.forEach((state, index) => {
    assert.equal(stateOf(STATUS, `034-${String(index + 1).padStart(3, "0")}`, WRITTEN), state);
  });
});

test("a station beyond the string or of a constituency not named is unknown", () => {
  assert.equal(stateOf(STATUS, "034-012", WRITTEN), "unknown");
  assert.equal(stateOf(STATUS, "035-001", WRITTEN), "unknown");
});

test("an old status only says what is settled", () => {
  const later = WRITTEN + TRUSTED_FOR + 1;
  assert.equal(stateOf(STATUS, "034-002", WRITTEN + TRUSTED_FOR), "live");
  assert.equal(stateOf(STATUS, "034-002", later), "unknown");
  assert.equal(stateOf(STATUS, "034-003", later), "unknown");
  assert.equal(stateOf(STATUS, "034-004", later), "unknown");
  assert.equal(stateOf(STATUS, "034-001", later), "unknown");
  assert.equal(stateOf(STATUS, "034-007", later), "closed");
  assert.equal(stateOf(STATUS, "034-008", later), "archived");
});

test("anything else than a status of version 1 is refused", () => {
  const good = { version: 1, written: "2026-11-24T06:00:00.000Z", stations: {} };
  assert.ok(readStatus(good));
  for (const data of [null, 1, {}, { ...good, version: 2 }, { ...good, written: "soon" }, { ...good, stations: null }]) {
    assert.throws(() => readStatus(data), /public status/);
  }
});
