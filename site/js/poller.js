// Does one thing again and again: one timer, one run at a time, none while the page is hidden, rarer after failures.
// Never touches the document: the clock and the page's visibility are given.

/**
 * @typedef {object} World what a poller needs of its surroundings
 * @property {() => number} now milliseconds
 * @property {() => number} random 0 to 1
 * @property {(run: () => void, milliseconds: number) => number} setTimer
 * @property {(timer: number) => void} clearTimer
 * @property {() => boolean} visible
 * @property {(changed: () => void) => () => void} onVisibility returns how to stop listening
 */

/** Longest pause after failures, as a multiple of the interval. */
const MOST_BACK_OFF = 6;

export class Poller {
  /**
   * @param {() => Promise<void>} run does it once; a rejection makes the next run later
   * @param {number} interval milliseconds from the end of one run to the next, give or take a tenth
   * @param {World} world
   */
  constructor(run, interval, world) {
    this.run = run;
    this.interval = interval;
    this.world = world;
    this.wanted = false;
    this.running = false;
    this.failures = 0;
    this.due = 0;
    /** @type {number | null} */
    this.timer = null;
    this.stopListening = world.onVisibility(() => this.plan());
  }

  /** Begin, at once if nothing was done within the interval. */
  start() {
    this.wanted = true;
    this.plan();
  }

  /** Pause until the next `start`. */
  stop() {
    this.wanted = false;
    this.plan();
  }

  /** Stop for good. */
  destroy() {
    this.stop();
    this.stopListening();
  }

  /** Set the one timer to what is wanted now. */
  plan() {
    if (this.timer !== null) this.world.clearTimer(this.timer);
    this.timer = null;
    if (!this.wanted || this.running || !this.world.visible()) return;
    this.timer = this.world.setTimer(() => this.once(), Math.max(0, this.due - this.world.now()));
  }

  /** Run once, then plan the next run. */
  async once() {
    this.timer = null;
    this.running = true;
    try {
      await this.run();
      this.failures = 0;
    } catch (_error) {
      this.failures += 1;
    }
    this.running = false;
    const backOff = Math.min(2 ** this.failures, MOST_BACK_OFF);
    this.due = this.world.now() + this.interval * backOff * (0.9 + 0.2 * this.world.random());
    this.plan();
  }
}
