// Plays what was recorded, from a moment on: hour after hour, over gaps. An engine as in `engines.js`, that can also seek.

import { beyondGap, momentOf, partAt, partsOf, positionOf, renditionOf } from "../day/recording.js";
import { readPlaylist } from "../day/playlist.js";
import { get } from "../world.js";
import { hlsConfig } from "./config.js";
import { isUnknownFormat, loadLibrary } from "./engines.js";
import { mayHaveSound, playsNatively } from "./native.js";

/** @typedef {import("../day/timeline.js").Day} Day */
/** @typedef {import("../day/recording.js").Piece} Piece */
/** @typedef {import("../day/recording.js").Part} Part */
/** @typedef {import("./engines.js").Emit} Emit */

/** @typedef {import("./engines.js").Engine & {seek: (moment: number) => void}} RecordedEngine */

/**
 * What loads a playlist into the video element.
 * @typedef {object} Loader
 * @property {(url: string, choose: (pieces: Piece[]) => number | null) => void} load begin at the position chosen of its pieces
 * @property {() => Piece[]} pieces of the playlist that is loaded
 * @property {() => void} suspend also what is on its way
 * @property {() => void} resume
 * @property {() => boolean} hasAudio whether there is sound, as far as is known
 * @property {() => void} destroy
 */

/**
 * `ended` is called when nothing more is recorded; `settings` of hls.js where they differ from the usual ones.
 * @typedef {{rendition?: string, ended?: () => void, settings?: Readonly<Partial<import("hls.js").HlsConfig>>}} Options
 */

/** This near to the end of what is recorded so far (s) nothing more is to be waited for. */
const AT_THE_END = 1.5;
/** Playback may begin so much before what was asked for (s). */
const NEAR = 0.35;

/**
 * Return an engine for `video`, or null if this browser cannot play HLS at all. Rejects if the library does not arrive.
 * @param {HTMLVideoElement} video
 * @param {{libraryUrl: string, workerUrl: string}} addresses
 * @param {() => Day} dayNow the newest timeline of the day: while it goes on, hours come and get other names
 * @param {number} moment where to begin (ms)
 * @param {Emit} emit
 * @param {Options} [options]
 * @returns {Promise<RecordedEngine | null>}
 */
export async function createRecordedEngine(video, addresses, dayNow, moment, emit, options = {}) {
  /** @param {(hear: Emit) => Loader} make */
  const engine = (make) => engineWith(make, video, dayNow, moment, emit, options);
  if ("MediaSource" in window || "ManagedMediaSource" in window) {
    const Hls = await loadLibrary(addresses.libraryUrl);
    if (Hls.isSupported()) return engine((hear) => hlsLoader(Hls, video, addresses.workerUrl, hear, options.settings || {}));
  }
  return playsNatively(video) ? engine((hear) => nativeLoader(video, hear)) : null;
}

/**
 * @param {(hear: Emit) => Loader} make
 * @param {HTMLVideoElement} video
 * @param {() => Day} dayNow
 * @param {number} begin
 * @param {Emit} emit
 * @param {Options} options
 * @returns {RecordedEngine}
 */
function engineWith(make, video, dayNow, begin, emit, options) {
  /** Where the viewer is, or wants to be. */
  let moment = begin;
  let wanted = options.rendition || "sub";
  /** What of it this browser cannot decode. @type {string[]} */
  const refused = [];
  /** @type {Part | null} */
  let part = null;
  /** The rendition that is open. @type {string | null} */
  let opened = null;
  /** Where playback is to begin (s), Infinity while that is not known: until it gets there its position says nothing. */
  let ahead = Infinity;
  /** @returns {boolean} whether it has got there */
  const arrived = () => {
    if (video.currentTime > ahead - NEAR && !video.seeking && video.readyState >= video.HAVE_CURRENT_DATA) ahead = -Infinity;
    return ahead === -Infinity;
  };
  /** @returns {string | null} the rendition to play: the wanted one, the other where that is missing or refused */
  const rendition = () => {
    const day = dayNow();
    const found = [wanted, "sub", "main"].filter((name) => refused.indexOf(name) < 0).map((name) => renditionOf(day, name));
    return found.find((name) => name !== null && refused.indexOf(name) < 0) || null;
  };
  const parts = () => {
    const found = rendition();
    return found === null ? [] : partsOf(dayNow(), found);
  };
  const end = () => { if (options.ended) options.ended(); };
  const loader = make((event) => {
    if (event.type === "unsupported" && opened !== null) refused.push(opened);
    if (event.type === "unsupported" && rendition() !== null) open();
    else emit(event);
  });
  const open = () => {
    opened = rendition();
    ahead = Infinity;
    const covering = partAt(parts(), moment);
    part = covering;
    if (covering === null) return end();
    return loader.load(covering.url, (pieces) => {
      const position = positionOf(pieces, moment);
      if (position === null) after(covering);
      else ahead = position;
      return position;
    });
  };
  /** Load anew what is on screen, or on its way. */
  const reopen = () => {
    moment = here() || moment;
    return open();
  };
  /** @param {Part} done go on with what follows this part */
  const after = (done) => {
    const next = parts().find((each) => each.begin >= done.end);
    if (!next) return end();
    moment = Math.max(moment, next.begin);
    return open();
  };
  const here = () => (arrived() ? momentOf(loader.pieces(), video.currentTime) : null);
  const watch = () => {
    if (!arrived()) return;
    const pieces = loader.pieces();
    const now = here();
    if (now !== null) moment = now;
    const target = beyondGap(pieces, video.currentTime);
    if (target === null || video.seeking) return;
    // The gap lasts to the end of this playlist.
    if (target === Infinity) { if (part !== null) after(part); }
    else if (target > video.currentTime) video.currentTime = target;
  };
  const starved = () => {
    watch();
    const pieces = loader.pieces();
    const last = pieces[pieces.length - 1];
    // A running hour is written every half minute: whoever has seen all of it has caught up with the live picture.
    if (last && part !== null && arrived() && !video.seeking && video.currentTime > last.start + last.duration - AT_THE_END) after(part);
  };
  const finished = () => { if (part !== null && arrived()) after(part); };
  // The viewer may have gone elsewhere with the browser's own controls.
  const seeked = () => { if (ahead !== Infinity) ahead = -Infinity; };
  video.addEventListener("timeupdate", watch);
  video.addEventListener("waiting", starved);
  video.addEventListener("ended", finished);
  video.addEventListener("seeked", seeked);
  return {
    start: open,
    suspend: loader.suspend,
    resume: () => { if (arrived()) loader.resume(); else open(); },
    recover: reopen,
    seekLive: () => watch(),
    pictureTime: here,
    hasAudio: loader.hasAudio,
    choose: (quality) => {
      const before = rendition();
      wanted = quality === "high" ? "main" : "sub";
      if (rendition() !== before && part !== null) reopen();
    },
    seek: (to) => {
      moment = to;
      const position = part !== null && arrived() && part.begin <= to && to < part.end ? positionOf(loader.pieces(), to) : null;
      if (position === null) open();
      else video.currentTime = position;
    },
    destroy: () => {
      video.removeEventListener("timeupdate", watch);
      video.removeEventListener("waiting", starved);
      video.removeEventListener("ended", finished);
      video.removeEventListener("seeked", seeked);
      loader.destroy();
    },
  };
}

/**
 * @param {typeof import("hls.js").default} Hls
 * @param {HTMLVideoElement} video
 * @param {string} workerUrl
 * @param {Emit} emit
 * @param {Readonly<Partial<import("hls.js").HlsConfig>>} settings
 * @returns {Loader}
 */
function hlsLoader(Hls, video, workerUrl, emit, settings) {
  const config = Object.assign(hlsConfig(workerUrl), settings, {
    autoStartLoad: false, liveMaxLatencyDuration: Infinity, maxLiveSyncPlaybackRate: 1, liveMaxUnchangedPlaylistRefresh: Infinity,
  });
  const hls = new Hls(config);
  /** @type {((pieces: Piece[]) => number | null) | null} */
  let choose = null;
  let attempts = 0;
  /** Whether what is open was given up for the next. */
  let leaving = false;
  /** @param {import("hls.js").LevelDetails} details @returns {Piece[]} */
  const read = (details) => details.fragments.map((each) => ({
    start: each.start, duration: each.duration, moment: each.programDateTime || 0, gap: each.gap === true,
  }));
  hls.on(Hls.Events.ERROR, (_name, data) => {
    if (leaving) return;
    if (isUnknownFormat(Hls, data)) return emit({ type: "unsupported", why: "format" });
    if (!data.fatal) return;
    const { MEDIA_ERROR, NETWORK_ERROR } = Hls.ErrorTypes;
    emit({ type: "fatal", kind: data.type === MEDIA_ERROR ? "media" : data.type === NETWORK_ERROR ? "network" : "other" });
  });
  hls.on(Hls.Events.LEVEL_LOADED, (_name, data) => {
    const chosen = choose;
    if (chosen === null) return;
    choose = null;
    const position = chosen(read(data.details));
    if (position === null) return;
    hls.startLoad(position);
    // A new source stops the element.
    video.play().catch(() => undefined);
  });
  let sound = false;
  hls.on(Hls.Events.BUFFER_CODECS, (_name, data) => { sound = sound || !!data.audio || !!data.audiovideo; });
  hls.attachMedia(video);
  return {
    load: async (url, chooseFrom) => {
      const attempt = attempts += 1;
      choose = null;
      leaving = true;
      // Not while hls.js tells of something: it would go on with what it was at, such as the times of the playlist before.
      await null;
      leaving = false;
      if (attempt !== attempts) return;
      choose = chooseFrom;
      hls.loadSource(url);
    },
    pieces: () => {
      const level = hls.levels[Math.max(0, hls.currentLevel)];
      return level && level.details ? read(level.details) : [];
    },
    suspend: () => {
      attempts += 1;
      choose = null;
      hls.stopLoad();
    },
    resume: () => hls.startLoad(video.currentTime),
    hasAudio: () => sound,
    destroy: () => {
      attempts += 1;
      hls.destroy();
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @param {Emit} emit
 * @returns {Loader}
 */
function nativeLoader(video, emit) {
  /** @type {Piece[]} */
  let pieces = [];
  let attempts = 0;
  const failed = () => emit({ type: "fatal", kind: "network" });
  video.addEventListener("error", failed);
  return {
    load: async (url, choose) => {
      const attempt = attempts += 1;
      // What still plays of the playlist before decides nothing any more.
      pieces = [];
      try {
        const { segments } = await get(url, (response) => response.text().then((text) => readPlaylist(text, response.url)));
        if (attempt !== attempts) return;
        let start = 0;
        pieces = segments.map(({ duration, start: moment, gap }) => {
          const piece = { start, duration: duration / 1000, moment, gap };
          start += piece.duration;
          return piece;
        });
        const position = choose(pieces);
        if (position === null) return;
        video.addEventListener("loadedmetadata", () => { if (attempt === attempts) video.currentTime = position; }, { once: true });
        video.addEventListener("canplay", () => {
          // Some browsers take an hour that still runs for live, and show its end whatever is asked for.
          if (attempt !== attempts || video.seekable.length > 0) return;
          pieces = [];
          emit({ type: "unsupported" });
        }, { once: true });
        video.src = url;
        video.load();
        video.play().catch(() => undefined);
      } catch (_error) {
        if (attempt === attempts) failed();
      }
    },
    pieces: () => pieces,
    suspend: () => { if (pieces.length === 0) attempts += 1; },
    resume: () => undefined,
    hasAudio: () => mayHaveSound(video),
    destroy: () => {
      attempts += 1;
      video.removeEventListener("error", failed);
      video.removeAttribute("src");
      video.load();
    },
  };
}
