// What the player does next: `step(state, event, now, random)` returns the new state and the commands to carry out.
// Pure: no clock, no document, no library. It never gives up while somebody wants to watch.

/**
 * `idle` nobody asked; `loading` asked, no picture yet; `playing`; `buffering` the picture stands still;
 * `paused` by the viewer; `waiting` for the next attempt; `unsupported` this browser cannot, or not this station's format; `over` the broadcast ended.
 * @typedef {"idle" | "loading" | "playing" | "buffering" | "paused" | "waiting" | "unsupported" | "over"} Phase
 */

/**
 * @typedef {object} PlayerState
 * @property {Phase} phase
 * @property {number} since when the phase began or, while playing, the picture last moved (ms)
 * @property {number} failures attempts that failed since the picture last moved
 * @property {number | null} recoveredAt when a media error was last recovered from (ms)
 * @property {boolean} rebuild whether the next attempt needs a new engine
 * @property {boolean} nudged whether this standstill was already nudged
 * @property {boolean} online whether the device has a connection
 * @property {boolean} resting whether the station is known to show nothing now: not started, paused, closed
 * @property {Message} said the last message
 */

/** @typedef {"" | "connecting" | "playing" | "buffering" | "paused" | "retrying" | "disconnected" | "unsupported" | "format" | "blocked" | "stopped"
 *   | "resting" | "over"} Message */

/**
 * @typedef {{type: "play"} | {type: "stop"} | {type: "pause"} | {type: "resume"} | {type: "unsupported", why?: "format"} | {type: "blocked"}
 *   | {type: "moved"} | {type: "starved"} | {type: "fatal", kind: "media" | "network" | "other"} | {type: "stale"}
 *   | {type: "retry-due"} | {type: "tick"} | {type: "online"} | {type: "offline"} | {type: "visible"} | {type: "station-live"}
 *   | {type: "station", resting: boolean} | {type: "ended"}
 * } PlayerEvent
 */

/**
 * `start` loads the stream, with a new engine if there is none; `suspend` stops its traffic and keeps it; `destroy` ends it.
 * @typedef {{do: "start"} | {do: "suspend"} | {do: "destroy"} | {do: "recover-media"} | {do: "seek-live"} | {do: "continue"}
 *   | {do: "schedule-retry", milliseconds: number} | {do: "cancel-retry"} | {do: "show-still"} | {do: "show-video"}
 *   | {do: "say", message: Message}} Command
 */

/** Pauses between attempts, in milliseconds; the last one repeats. */
export const RETRY_AFTER = [5000, 10000, 20000, 40000, 60000];
/** A second media error within this time is not worth recovering from. */
export const RECOVER_ONCE_IN = 10000;
/** A picture that has not moved for so long stands still: not every browser says so by itself. */
export const STANDS_AFTER = 3000;
/** Standstills shorter than this are not spoken of. */
export const SAY_BUFFERING_AFTER = 2000;
/** A standstill this long may be a hole the engine does not get over: jump to the live edge. */
export const NUDGE_AFTER = 10000;
/** After this long without a moving picture the attempt has failed. */
export const LOST_AFTER = 20000;

/** @type {Readonly<PlayerState>} */
export const INITIAL = Object.freeze({
  phase: "idle", since: 0, failures: 0, recoveredAt: null, rebuild: false, nudged: false, online: true, resting: false, said: "",
});

/**
 * @param {Readonly<PlayerState>} state
 * @param {PlayerEvent} event
 * @param {number} now milliseconds
 * @param {number} random 0 to 1, for the jitter of pauses
 * @returns {[PlayerState, Command[]]}
 */
export function step(state, event, now, random) {
  /** @type {PlayerState} */
  const next = Object.assign({}, state);
  /** @type {Command[]} */
  const commands = [];
  const watching = state.phase === "loading" || state.phase === "playing" || state.phase === "buffering";

  /** @param {Phase} phase */
  const enter = (phase) => {
    next.phase = phase;
    next.since = now;
    next.nudged = false;
  };
  /** @param {Message} message */
  const say = (message) => {
    if (next.said !== message) commands.push({ do: "say", message });
    next.said = message;
  };
  const attempt = () => {
    if (next.rebuild) commands.push({ do: "destroy" });
    next.rebuild = false;
    enter("loading");
    commands.push({ do: "start" });
    if (next.said === "") say("connecting");
  };
  /** @param {number} failures @returns {number} milliseconds; rare where the status will tell when it is worth while */
  const pauseAfter = (failures) => {
    const last = RETRY_AFTER.length - 1;
    return Math.round(RETRY_AFTER[next.resting ? last : Math.min(failures, last)] * (0.8 + 0.4 * random));
  };
  const sayWhy = () => say(!next.online ? "disconnected" : next.resting ? "resting" : "retrying");
  /** @param {boolean} answered whether the server answers, with nothing new: asking it again soon costs little */
  const fail = (answered = false) => {
    const pause = pauseAfter(answered ? 0 : next.failures);
    if (!answered) next.failures += 1;
    enter("waiting");
    commands.push({ do: "suspend" }, { do: "show-still" });
    commands.push({ do: "schedule-retry", milliseconds: pause });
    sayWhy();
  };
  const attemptNow = () => {
    commands.push({ do: "cancel-retry" });
    attempt();
  };

  switch (event.type) {
    case "play":
      if (state.phase === "idle" || state.phase === "unsupported" || state.phase === "over") {
        next.failures = 0;
        next.recoveredAt = null;
        next.said = "";
        attempt();
      } else if (state.phase === "waiting") attemptNow();
      break;
    case "stop":
      if (state.phase === "idle") break;
      enter("idle");
      commands.push({ do: "cancel-retry" }, { do: "destroy" }, { do: "show-still" });
      say("stopped");
      break;
    case "pause":
      if (!watching) break;
      enter("paused");
      commands.push({ do: "suspend" });
      say("paused");
      break;
    case "blocked":
      // The video stays in view: its own play button is what the viewer has to press.
      if (!watching) break;
      enter("paused");
      commands.push({ do: "show-video" });
      say("blocked");
      break;
    case "resume":
      if (state.phase !== "paused") break;
      if (next.rebuild) attempt();
      else {
        enter("loading");
        commands.push({ do: "continue" }, { do: "seek-live" });
      }
      say("connecting");
      break;
    case "unsupported":
      if (state.phase === "idle") break;
      enter("unsupported");
      commands.push({ do: "cancel-retry" }, { do: "destroy" }, { do: "show-still" });
      say(event.why || "unsupported");
      break;
    case "moved":
      if (!watching) break;
      if (state.phase !== "playing") commands.push({ do: "show-video" });
      enter("playing");
      next.failures = 0;
      say("playing");
      break;
    case "starved":
      if (state.phase === "playing") enter("buffering");
      break;
    case "fatal":
      if (state.phase === "paused") next.rebuild = true;
      if (!watching) break;
      if (event.kind !== "media") {
        next.rebuild = event.kind === "other";
        fail();
      } else if (state.recoveredAt === null || now - state.recoveredAt >= RECOVER_ONCE_IN) {
        next.recoveredAt = now;
        enter(state.phase === "playing" ? "buffering" : state.phase);
        commands.push({ do: "recover-media" });
      } else {
        next.rebuild = true;
        if (state.failures > 0) fail();
        else {
          next.failures = 1;
          attempt();
        }
      }
      break;
    case "stale":
      // What is buffered may still be shown; the tick ends a standstill.
      if (state.phase === "loading" || state.phase === "buffering") fail(true);
      else if (state.phase === "playing") commands.push({ do: "continue" });
      break;
    case "retry-due":
      if (state.phase === "waiting") attempt();
      break;
    case "online":
      next.online = true;
      if (state.phase === "waiting") attemptNow();
      break;
    case "offline":
      next.online = false;
      if (state.phase === "waiting" || state.phase === "buffering") say("disconnected");
      break;
    case "visible":
      if (state.phase === "waiting") attemptNow();
      break;
    case "station-live":
      next.resting = false;
      if (state.phase === "waiting" || state.phase === "over") attemptNow();
      break;
    case "station":
      if (state.resting === event.resting) break;
      next.resting = event.resting;
      if (state.phase !== "waiting") break;
      commands.push({ do: "cancel-retry" }, { do: "schedule-retry", milliseconds: pauseAfter(next.failures) });
      sayWhy();
      break;
    case "ended":
      // Nothing more will come: only a station that is opened again, or the viewer, begins anew.
      if (!watching && state.phase !== "paused" && state.phase !== "waiting") break;
      enter("over");
      commands.push({ do: "cancel-retry" }, { do: "destroy" }, { do: "show-still" });
      say("over");
      break;
    case "tick": {
      const still = now - state.since;
      if (state.phase === "playing" && still >= STANDS_AFTER) enter("buffering");
      if (state.phase !== "loading" && state.phase !== "buffering") break;
      if (still >= LOST_AFTER) {
        next.rebuild = true;
        fail();
      } else if (state.phase === "buffering") {
        if (still >= NUDGE_AFTER && !state.nudged) {
          next.nudged = true;
          commands.push({ do: "seek-live" });
        }
        if (still >= SAY_BUFFERING_AFTER) say(next.online ? "buffering" : "disconnected");
      }
      break;
    }
    default:
      break;
  }
  return [next, commands];
}
