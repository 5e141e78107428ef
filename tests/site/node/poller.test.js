import assert from "node:assert/strict";
import { test } from "node:test";
import { Poller } from "../../../site/js/poller.js";

/** A clock and a page under the test's hand; refuses a second timer, as a poller may only have one. */
class FakeWorld {
  constructor() {
    this.time = 0;
    this.shown = true;
    this.timer = null;
    this.listeners = new Set();
  }
  now() { return this.time; }
  random() { return 0.5; }
  setTimer(run, milliseconds) {
    assert.equal(this.timer, null, "one timer at a time");
    assert.ok(milliseconds >= 0);
    this.timer = { run, at: this.time + milliseconds };
    return 1;
  }
  clearTimer() { this.timer = null; }
  visible() { return this.shown; }
  onVisibility(changed) {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }
  show(shown) {
    this.shown = shown;
    this.listeners.forEach((changed) => changed());
  }
  async pass(milliseconds) {
    const end = this.time + milliseconds;
    while (this.timer && this.timer.at <= end) {
      const { run, at } = this.timer;
      this.time = at;
      this.timer = null;
      run();
      await new Promise(setImmediate);
    }
    this.time = end;
  }
}

/** @param {() => Promise<void>} [run] */
function polling(run) {
  const world = new FakeWorld();
  const runs = [];
  const poller = new Poller(async () => {
    runs.push(world.time);
    if (run) await run();
  }, 1000, { ...bound(world) });
  return { world, runs, poller };
}

/** @param {FakeWorld} world */
function bound(world) {
  return Object.fromEntries(["now", "random", "setTimer", "clearTimer", "visible", "onVisibility"].map((name) => [name, world[name].bind(world)]));
}

test("it runs at once and then once an interval", async () => {
  const { world, runs, poller } = polling();
  poller.start();
  await world.pass(3500);
  assert.deepEqual(runs, [0, 1000, 2000, 3000]);
});

test("it does nothing before it is started and after it is stopped", async () => {
  const { world, runs, poller } = polling();
  await world.pass(5000);
  assert.deepEqual(runs, []);
  poller.start();
  await world.pass(500);
  poller.stop();
  await world.pass(5000);
  assert.equal(runs.length, 1);
});

test("it pauses while the page is hidden and catches up at once on return", async () => {
  const { world, runs, poller } = polling();
  poller.start();
  await world.pass(500);
  world.show(false);
  await world.pass(60000);
  assert.deepEqual(runs, [0]);
  world.show(true);
  await world.pass(0);
  assert.deepEqual(runs, [0, 60500]);
});

test("going back and forth within an interval causes no extra runs", async () => {
  const { world, runs, poller } = polling();
  poller.start();
  await world.pass(100);
  for (let i = 0; i < 5; i += 1) {
    world.show(false);
    world.show(true);
    poller.start();
    await world.pass(100);
  }
  assert.deepEqual(runs, [0]);
});

test("failures make it rarer up to a limit, and a success ends that", async () => {
  let good = false;
  const { world, runs, poller } = polling(async () => {
    if (!good) throw new Error("no");
  });
  poller.start();
  await world.pass(30000);
  assert.deepEqual(runs.slice(0, 5), [0, 2000, 6000, 12000, 18000]);
  good = true;
  await world.pass(6000);
  const after = runs.length;
  await world.pass(3000);
  assert.equal(runs.length, after + 3);
});

test("a run that takes long is not overtaken by another", async () => {
  let finish = () => undefined;
  const { world, runs, poller } = polling(() => new Promise((resolve) => { finish = resolve; }));
  poller.start();
  await world.pass(10000);
  poller.start();
  world.show(false);
  world.show(true);
  await world.pass(10000);
  assert.equal(runs.length, 1);
  finish();
  await new Promise(setImmediate);
  await world.pass(1000);
  assert.equal(runs.length, 2);
});

test("after its end it neither runs nor listens", async () => {
  const { world, runs, poller } = polling();
  poller.start();
  await world.pass(10);
  poller.destroy();
  world.show(true);
  await world.pass(10000);
  assert.equal(runs.length, 1);
  assert.equal(world.listeners.size, 0);
});
