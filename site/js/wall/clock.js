// One wall-clock time for all tiles: what it is now, and what brings a tile back to it. Pure; times in ms.

/** The pictures of `moment` are shown at `at`, and from then on if it runs. @typedef {{moment: number, at: number, runs: boolean}} Clock */

/** Closer than this nobody sees a difference. */
export const CLOSE = 250;
/** Up to this the tile plays a little faster or slower; beyond it jumps. */
export const FAR = 1500;
/** A jump takes time itself: the next one has to wait. */
export const JUMP_AGAIN = 4000;
/** Live pictures this much fresher than the wall's clock are what the clock goes by from then on. */
export const FRESHER = 10000;

/**
 * @param {Clock} clock
 * @param {number} now
 * @returns {number} the moment whose pictures are to be seen
 */
export function shownAt(clock, now) {
  return clock.moment + (clock.runs ? now - clock.at : 0);
}

/**
 * Return the clock stopped or running from `now` on.
 * @param {Clock} clock
 * @param {boolean} runs
 * @param {number} now
 * @returns {Clock}
 */
export function running(clock, runs, now) {
  return clock.runs === runs ? clock : { moment: shownAt(clock, now), at: now, runs };
}

/**
 * The clock of live pictures: the first picture sets it, a much fresher one sets it anew. So a station that is late by
 * minutes does not hold up the others, and those that differ by a segment come together.
 * @param {Clock | null} clock
 * @param {number[]} pictures the moments on screen
 * @param {number} now
 * @returns {Clock | null}
 */
export function liveClock(clock, pictures, now) {
  if (pictures.length === 0) return clock;
  const freshest = Math.max.apply(null, pictures);
  return clock === null || freshest - shownAt(clock, now) > FRESHER ? { moment: freshest, at: now, runs: true } : clock;
}

/**
 * What brings a tile to the clock: a rate to play at, or a jump.
 * @param {number} target the moment it should show
 * @param {number} picture the moment it shows
 * @param {number} sinceJump since its last jump, Infinity if there was none
 * @param {boolean} runs whether the clock runs; a standing picture can only jump
 * @returns {{jump: boolean, rate: number}}
 */
export function correction(target, picture, sinceJump, runs) {
  const behind = target - picture;
  const off = Math.abs(behind);
  if (off <= CLOSE) return { jump: false, rate: 1 };
  if ((off > FAR || !runs) && sinceJump >= JUMP_AGAIN) return { jump: true, rate: 1 };
  return { jump: false, rate: behind > 0 ? 1.1 : 0.9 };
}
