// The address of a wall: which stations it shows, in which order, how many of them live, and of which moment. Pure.

import { readTimeOfDay } from "../day/zone.js";
import { parseNumbers } from "../numbers.js";

/**
 * `most` is how many tiles may be live, null for what suits the screen; `moment` is a time of day (s since midnight by
 * the election's clock) of a date, null for the live pictures.
 * @typedef {{stations: string[], most: number | null, moment: {date: string, seconds: number} | null}} Wall
 */

/** More stations than these are not shown: even as stills they would be too much for a telephone. */
export const MOST_STATIONS = 36;
/** How many tiles may be live, as one chooses it. */
export const MOST_LIVE = Object.freeze([0, 2, 4, 6, 9]);

/**
 * Return the id of the station that a text names by its numbers, or null: `034-012`, `34-12`, `34/12`.
 * @param {string} text
 * @returns {string | null}
 */
export function stationId(text) {
  const meant = parseNumbers(text);
  if (!meant || meant.kind !== "station") return null;
  return `${String(meant.constituency).padStart(3, "0")}-${String(meant.number).padStart(3, "0")}`;
}

/**
 * Read the part of an address from its question mark on. What cannot be read is left out of the wall and named.
 * @param {string} search
 * @param {string} today the date that is meant where none is given
 * @returns {{wall: Wall, refused: string[], surplus: string[]}} `surplus`: stations beyond the most
 */
export function readWall(search, today) {
  const given = new URLSearchParams(search);
  /** @type {string[]} */ const stations = [];
  /** @type {string[]} */ const refused = [];
  (given.get("s") || "").split(",").forEach((part) => {
    const text = part.trim();
    const id = stationId(text);
    if (text === "") return;
    if (id === null) refused.push(text);
    else if (stations.indexOf(id) < 0) stations.push(id);
  });
  const surplus = stations.splice(MOST_STATIONS);
  const number = given.get("n");
  const most = number && MOST_LIVE.indexOf(Number(number)) >= 0 ? Number(number) : null;
  const time = given.get("t");
  const date = given.get("d") || today;
  /** @type {Wall["moment"]} */ let moment = null;
  if (time !== null && time !== "") {
    const seconds = readTimeOfDay(time);
    if (seconds === null) refused.push(time);
    else if (!isDate(date)) refused.push(date);
    else moment = { date, seconds };
  }
  return { wall: { stations, most, moment }, refused, surplus };
}

/**
 * Return the one address of a wall, from its question mark on; "" for an empty one.
 * @param {Wall} wall
 * @returns {string}
 */
export function writeWall(wall) {
  const parts = [];
  if (wall.stations.length > 0) parts.push(`s=${wall.stations.join(",")}`);
  if (wall.most !== null) parts.push(`n=${wall.most}`);
  if (wall.moment !== null) parts.push(`d=${wall.moment.date}`, `t=${timeOfDay(wall.moment.seconds)}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/**
 * Return `14:05`, or `14:05:30` where the seconds matter.
 * @param {number} seconds since midnight
 * @returns {string}
 */
export function timeOfDay(seconds) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const whole = Math.floor(seconds);
  const rest = whole % 60;
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}${rest ? `:${two(rest)}` : ""}`;
}

/**
 * @param {string} text
 * @returns {boolean} whether this is a date of the calendar: `2026-11-29`
 */
function isDate(text) {
  const moment = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(moment) && new Date(moment).toISOString().slice(0, 10) === text;
}
