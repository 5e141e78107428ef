// Reads `status/public.json`: one character per station, at the position of its number in its constituency. Pure.

/** @typedef {"scheduled" | "live" | "delayed" | "offline" | "maintenance" | "paused" | "closed" | "archived" | "unknown"} State */

/** @typedef {{written: number, stations: Record<string, string>}} Status `written` in ms since 1970 */

/** The letter of a station that is live. */
export const LIVE = "l";

/** @type {Record<string, State>} */
const BY_LETTER = {
  s: "scheduled", l: "live", d: "delayed", o: "offline", m: "maintenance", p: "paused", c: "closed", a: "archived",
};

/** What does not change by itself. */
const SETTLED = ["closed", "archived"];

/** After this many milliseconds without a new status nobody can say how a station is. */
export const TRUSTED_FOR = 90000;

/**
 * Read the parsed JSON; throws on anything that is not a status of version 1.
 * @param {unknown} data
 * @returns {Status}
 */
export function readStatus(data) {
  const file = /** @type {{version?: unknown, written?: unknown, stations?: unknown} | null} */ (data);
  const written = file && file.version === 1 ? Date.parse(String(file.written)) : NaN;
  if (!file || Number.isNaN(written) || typeof file.stations !== "object" || file.stations === null) {
    throw new Error("this is not a public status of version 1");
  }
  return { written, stations: /** @type {Record<string, string>} */ (file.stations) };
}

/**
 * Return the state of the station with this id (`034-012`) at the moment `now` (ms).
 * @param {Status} status
 * @param {string} station
 * @param {number} now
 * @returns {State}
 */
export function stateOf(status, station, now) {
  const row = status.stations[station.slice(0, 3)];
  const state = typeof row === "string" ? BY_LETTER[row.charAt(Number(station.slice(4)) - 1)] : undefined;
  if (state === undefined) return "unknown";
  return now - status.written > TRUSTED_FOR && SETTLED.indexOf(state) < 0 ? "unknown" : state;
}
