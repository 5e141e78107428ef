import assert from "node:assert/strict";
import { test } from "node:test";
import { INITIAL, LOST_AFTER, NUDGE_AFTER, RECOVER_ONCE_IN, RETRY_AFTER, SAY_BUFFERING_AFTER, STANDS_AFTER, step } from "../../../site/js/player/machine.js";

/** Feeds events to the machine; `take` returns the commands' names, pauses and messages written out. */
class Run {
  constructor() {
    this.state = INITIAL;
    this.now = 1000;
  }
  take(type, more = {}) {
    const before = JSON.stringify(this.state);
    const [state, commands] = step(this.state, { type, ...more }, this.now, 0.5);
    assert.equal(JSON.stringify(this.state), before, "the given state is not changed");
    this.state = state;
    return commands.map((command) => [command.do, command.milliseconds, command.message].filter((part) => part !== undefined).join(" "));
  }
  later(milliseconds) {
    this.now += milliseconds;
    return this;
  }
}

function playing() {
  const run = new Run();
  run.take("play");
  run.take("moved");
  return run;
}

function waiting() {
  const run = playing();
  run.take("fatal", { kind: "network" });
  return run;
}

test("play starts the stream and says so; the first moving picture is shown", () => {
  const run = new Run();
  assert.deepEqual(run.take("play"), ["start", "say connecting"]);
  assert.deepEqual(run.take("moved"), ["show-video", "say playing"]);
  assert.deepEqual(run.take("moved"), []);
});

test("a network error shows the still and tries again after 5, 10, 20, 40, 60, 60 seconds", () => {
  const run = playing();
  const pauses = [];
  for (let i = 0; i < 6; i += 1) {
    const commands = run.take("fatal", { kind: "network" });
    assert.ok(commands.includes("show-still"));
    pauses.push(commands.find((command) => command.startsWith("schedule-retry")));
    assert.deepEqual(run.take("retry-due"), ["start"]);
  }
  assert.deepEqual(pauses, [5000, 10000, 20000, 40000, 60000, 60000].map((pause) => `schedule-retry ${pause}`));
});

test("the jitter keeps each pause within a fifth of its length", () => {
  for (const [random, pause] of [[0, 4000], [1, 6000]]) {
    const [, commands] = step(playing().state, { type: "fatal", kind: "network" }, 0, random);
    assert.ok(commands.some((command) => command.milliseconds === pause));
  }
});

test("a moving picture forgets earlier failures", () => {
  const run = waiting();
  run.take("retry-due");
  run.take("moved");
  assert.ok(run.take("fatal", { kind: "network" }).includes(`schedule-retry ${RETRY_AFTER[0]}`));
});

test("connection, return to the tab and the station's return end the pause at once", () => {
  for (const event of ["online", "visible", "station-live", "play"]) {
    assert.deepEqual(waiting().take(event), ["cancel-retry", "start"], event);
  }
});

test("the same events change nothing while the picture moves", () => {
  for (const event of ["online", "visible", "station-live", "play", "retry-due"]) assert.deepEqual(playing().take(event), [], event);
});

test("a media error is recovered from once, then the engine is rebuilt, then pauses apply", () => {
  const run = playing();
  assert.deepEqual(run.take("fatal", { kind: "media" }), ["recover-media"]);
  assert.deepEqual(run.later(1000).take("fatal", { kind: "media" }), ["destroy", "start"]);
  assert.ok(run.later(1000).take("fatal", { kind: "media" }).includes("schedule-retry 10000"));
  assert.deepEqual(run.take("retry-due"), ["destroy", "start"]);
});

test("a media error long after the last is recovered from again", () => {
  const run = playing();
  run.take("fatal", { kind: "media" });
  run.take("moved");
  assert.deepEqual(run.later(RECOVER_ONCE_IN).take("fatal", { kind: "media" }), ["recover-media"]);
});

test("any other fatal error gets a new engine at the next attempt", () => {
  const run = playing();
  run.take("fatal", { kind: "other" });
  assert.deepEqual(run.take("retry-due"), ["destroy", "start"]);
});

test("a short standstill is not spoken of, a longer one is, and its end too", () => {
  const run = playing();
  run.take("starved");
  assert.deepEqual(run.later(SAY_BUFFERING_AFTER - 1).take("tick"), []);
  assert.deepEqual(run.later(1).take("tick"), ["say buffering"]);
  assert.deepEqual(run.later(1000).take("tick"), []);
  assert.deepEqual(run.take("moved"), ["show-video", "say playing"]);
});

test("a picture that stands still is noticed also where the browser does not say so", () => {
  const run = playing();
  assert.deepEqual(run.later(STANDS_AFTER - 1).take("tick"), []);
  run.take("moved");
  assert.deepEqual(run.later(STANDS_AFTER).take("tick"), []);
  assert.equal(run.state.phase, "buffering");
  assert.deepEqual(run.later(SAY_BUFFERING_AFTER).take("tick"), ["say buffering"]);
  assert.deepEqual(run.take("moved"), ["show-video", "say playing"]);
});

test("a standstill is nudged once to the live edge, then given up with a new engine", () => {
  const run = playing();
  run.take("starved");
  assert.ok(run.later(NUDGE_AFTER).take("tick").includes("seek-live"));
  assert.ok(!run.later(1000).take("tick").includes("seek-live"));
  assert.ok(run.later(LOST_AFTER).take("tick").includes(`schedule-retry ${RETRY_AFTER[0]}`));
  assert.deepEqual(run.take("retry-due"), ["destroy", "start"]);
});

test("an attempt without a picture is given up too", () => {
  const run = new Run();
  run.take("play");
  assert.deepEqual(run.later(LOST_AFTER - 1).take("tick"), []);
  assert.ok(run.later(1).take("tick").some((command) => command.startsWith("schedule-retry")));
});

test("a playlist that stands still lets the buffer play out, and ends a standstill", () => {
  const run = playing();
  assert.deepEqual(run.take("stale"), ["continue"]);
  run.take("starved");
  assert.ok(run.take("stale").includes("show-still"));
});

test("an attempt that finds only old pictures shows none of them and is repeated soon", () => {
  const run = waiting();
  for (let i = 0; i < 9; i += 1) {
    run.take("retry-due");
    assert.deepEqual(run.take("stale"), ["suspend", "show-still", `schedule-retry ${RETRY_AFTER[0]}`]);
  }
});

test("the viewer's pause stops the traffic; going on returns to the live edge", () => {
  const run = playing();
  assert.deepEqual(run.take("pause"), ["suspend", "say paused"]);
  for (const event of ["tick", "starved", "moved", "online", "visible", "station-live", "stale"]) assert.deepEqual(run.later(60000).take(event), [], event);
  assert.deepEqual(run.take("resume"), ["continue", "seek-live", "say connecting"]);
});

test("after an error during a pause going on begins anew", () => {
  const run = playing();
  run.take("pause");
  assert.deepEqual(run.take("fatal", { kind: "network" }), []);
  assert.deepEqual(run.take("resume"), ["destroy", "start", "say connecting"]);
});

test("a browser that refuses to start shows the video with its own button", () => {
  const run = new Run();
  run.take("play");
  assert.deepEqual(run.take("blocked"), ["show-video", "say blocked"]);
  assert.deepEqual(run.take("resume"), ["continue", "seek-live", "say connecting"]);
});

test("without a connection that is what is said", () => {
  const run = playing();
  run.take("offline");
  assert.ok(run.take("fatal", { kind: "network" }).includes("say disconnected"));
  assert.deepEqual(run.take("online"), ["cancel-retry", "start"]);
});

test("stop ends everything from any phase, and later events change nothing", () => {
  for (const run of [playing(), waiting()]) {
    assert.deepEqual(run.take("stop"), ["cancel-retry", "destroy", "show-still", "say stopped"]);
    for (const event of ["moved", "starved", "retry-due", "online", "visible", "tick", "stale", "pause", "resume", "stop", "unsupported"]) {
      assert.deepEqual(run.later(60000).take(event), [], event);
    }
    assert.deepEqual(run.take("fatal", { kind: "media" }), []);
    assert.deepEqual(run.take("play"), ["start", "say connecting"]);
  }
});

test("a browser that cannot play says so and is not tried again by itself", () => {
  const run = new Run();
  run.take("play");
  assert.deepEqual(run.take("unsupported"), ["cancel-retry", "destroy", "show-still", "say unsupported"]);
  assert.deepEqual(playing().take("unsupported", { why: "format" }), ["cancel-retry", "destroy", "show-still", "say format"]);
  for (const event of ["tick", "online", "visible"]) assert.deepEqual(run.later(60000).take(event), [], event);
});

test("while somebody wants to watch some next step is always pending, whatever happens", () => {
  // The engine pends while loading and playing, a timer while waiting, the viewer while paused: never nothing.
  const types = ["moved", "starved", "stale", "retry-due", "tick", "online", "offline", "visible", "station-live", "pause", "resume"];
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const run = new Run();
  run.take("play");
  let timer = false;
  for (let i = 0; i < 20000; i += 1) {
    const choice = Math.floor(random() * (types.length + 3));
    const kind = ["media", "network", "other"][choice - types.length];
    if (types[choice] === "retry-due" && !timer) continue;
    if (types[choice] === "retry-due") timer = false;
    const commands = run.later(random() * 8000).take(types[choice] || "fatal", { kind });
    for (const command of commands) {
      if (command.startsWith("schedule-retry")) timer = true;
      if (command === "cancel-retry") timer = false;
    }
    assert.ok(["loading", "playing", "buffering", "paused", "waiting"].includes(run.state.phase));
    assert.equal(run.state.phase === "waiting", timer, `step ${i}: ${run.state.phase}`);
  }
});

test("a station known to rest is asked for rarely and said to rest, until the status tells that it may be there", () => {
  const run = waiting();
  assert.deepEqual(run.take("station", { resting: true }), ["cancel-retry", "schedule-retry 60000", "say resting"]);
  assert.deepEqual(run.take("station", { resting: true }), []);
  assert.deepEqual(run.take("retry-due"), ["start"]);
  assert.ok(run.take("fatal", { kind: "network" }).includes("schedule-retry 60000"));
  assert.ok(run.take("station", { resting: false }).includes("say retrying"));
  run.take("station", { resting: true });
  assert.deepEqual(run.take("station-live"), ["cancel-retry", "start"]);
  assert.ok(run.take("fatal", { kind: "network" }).some((command) => /schedule-retry [1-4]0000/.test(command)));
});

test("an ended broadcast is said once and not tried again, unless the station opens or the viewer asks", () => {
  for (const again of ["station-live", "play"]) {
    const run = playing();
    assert.deepEqual(run.take("ended"), ["cancel-retry", "destroy", "show-still", "say over"]);
    for (const type of ["ended", "retry-due", "visible", "online", "tick", "moved", "stale"]) {
      assert.deepEqual(run.later(100000).take(type), [], type);
    }
    assert.ok(run.take(again).includes("start"), again);
  }
});
