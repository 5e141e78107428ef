// Finds the days of a station that were recorded.

import { get } from "../world.js";
import { readTimeline, timelineUrl } from "./timeline.js";
import { civil, momentAt } from "./zone.js";

/** @typedef {import("./timeline.js").Day} Day */

const DAY = 86400000;

/**
 * @param {string} station
 * @param {string} date
 * @returns {Promise<Day>} rejects where nothing was recorded
 */
export function fetchDay(station, date) {
  return get(timelineUrl(station, date), (response) => response.json().then((data) => readTimeline(data, response.url)));
}

/**
 * Fetch the days there can be: before the election today's, as in a rehearsal; then the election's, and the next one
 * where that was not over at midnight. Nothing is asked for that cannot be there.
 * @param {string} station
 * @param {string} election its date
 * @param {string} timeZone
 * @param {number} now
 * @param {string} asked another day, or ""
 * @returns {Promise<Day[]>} in order
 */
export async function findDays(station, election, timeZone, now, asked) {
  const today = civil(now, timeZone).date;
  const next = civil(Date.parse(`${election}T12:00:00Z`) + DAY, "UTC").date;
  const fetched = (/** @type {string} */ date) => fetchDay(station, date).catch(() => null);
  const tried = [today < election ? today : election];
  const days = [await fetched(tried[0])];
  const first = days[0];
  if (today >= next && !(first !== null && endedEarly(first))) tried.push(next);
  if (asked !== "" && tried.indexOf(asked) < 0) tried.push(asked);
  for (const date of tried.slice(1)) days.push(await fetched(date));
  return /** @type {Day[]} */ (days.filter((day) => day !== null)).sort((one, other) => (one.date < other.date ? -1 : 1));
}

/**
 * Return the date of the next day, where the station was not closed before midnight; else null.
 * @param {Day} day
 * @returns {string | null}
 */
export function nextDate(day) {
  return endedEarly(day) ? null : civil(Date.parse(`${day.date}T12:00:00Z`) + DAY, "UTC").date;
}

/**
 * Return the day after the last one that is known, once it has begun and there is something of it; else null.
 * @param {Day} last
 * @param {number} now
 * @returns {Promise<Day | null>}
 */
export async function dayAfter(last, now) {
  const next = nextDate(last);
  if (next === null || civil(now, last.timeZone).date !== next) return null;
  return fetchDay(last.station, next).catch(() => null);
}

/**
 * @param {Day} day
 * @returns {boolean} whether its station was closed before midnight
 */
function endedEarly(day) {
  return day.closedAt !== null && day.closedAt < momentAt(day.date, 86400, day.timeZone);
}
