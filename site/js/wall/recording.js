// The recording of a station from a moment on, played hour by hour by the engine of the live picture.

import { civil } from "../day/zone.js";
import { createEngine } from "../player/engines.js";

/** Closer to the moment than this (ms) after the first picture, no second search is needed. */
const CLOSE = 700;
/** A gap in the middle of an hour makes the first jump miss: so often it is tried. */
const TRIES = 3;

/**
 * @param {HTMLVideoElement} video
 * @param {import("../player/engines.js").Addresses} addresses
 * @param {import("../day/timeline.js").Day} day
 * @param {string} rendition
 * @param {() => number} target the moment that is to be seen now
 * @param {import("../player/engines.js").Emit} emit
 * @returns {Promise<import("./tile.js").TileEngine | null>} null where this browser cannot play it
 */
export async function createRecording(video, addresses, day, rendition, target, emit) {
  const hourAt = (/** @type {number} */ moment) => {
    const { date, hour } = civil(moment, day.timeZone);
    return date === day.date ? day.renditions[rendition].hours.find((each) => each.hour === hour) : undefined;
  };
  let hour = hourAt(target());
  if (hour === undefined) throw new Error(`${day.station} has no recording of this hour`);
  let tries = 0;
  let ended = false;
  /** @type {import("../player/engines.js").Engine | null} */ let inner = null;
  const make = (/** @type {import("../day/timeline.js").Hour} */ which) => createEngine(
    video, Object.assign({}, addresses, { playlistUrl: which.url }), emit, new Map(),
  );
  const search = () => {
    const picture = inner === null ? null : inner.pictureTime();
    if (picture === null || tries === 0) return;
    tries -= 1;
    const off = target() - picture;
    if (Math.abs(off) > CLOSE) video.currentTime = Math.max(0, video.currentTime + off / 1000);
    else tries = 0;
  };
  const change = async (/** @type {import("../day/timeline.js").Hour} */ next) => {
    hour = next;
    if (inner !== null) inner.destroy();
    inner = null;
    const made = await make(next);
    if (ended || hour !== next || made === null) {
      if (made !== null) made.destroy();
      return;
    }
    inner = made;
    tries = TRIES;
    inner.start();
    video.play().catch(() => undefined);
  };
  const follow = () => {
    const next = hourAt(target());
    if (next !== undefined && (hour === undefined || next.url !== hour.url)) change(next).catch(() => emit({ type: "fatal", kind: "other" }));
  };
  video.addEventListener("canplay", search);
  video.addEventListener("ended", follow);
  inner = await make(hour);
  if (inner === null) return null;
  const engine = (/** @type {(engine: import("../player/engines.js").Engine) => void} */ act) => () => { if (inner !== null) act(inner); };
  return {
    start: engine((each) => {
      tries = TRIES;
      each.start();
    }),
    suspend: engine((each) => each.suspend()),
    resume: engine((each) => each.resume()),
    recover: engine((each) => each.recover()),
    seekLive: () => undefined,
    pictureTime: () => (inner === null || tries > 0 ? null : inner.pictureTime()),
    seek: (moment) => {
      const next = hourAt(moment);
      if (next !== undefined && hour !== undefined && next.url !== hour.url) follow();
      else {
        const picture = inner === null ? null : inner.pictureTime();
        if (picture !== null) video.currentTime = Math.max(0, video.currentTime + (moment - picture) / 1000);
      }
    },
    destroy: () => {
      ended = true;
      video.removeEventListener("canplay", search);
      video.removeEventListener("ended", follow);
      if (inner !== null) inner.destroy();
      inner = null;
    },
  };
}
