// The election's clock: moments (ms since 1970) as dates and times of day in its time zone, and back. Pure.

import { fill } from "../text.js";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * Return the date and the time of day of `moment` in `timeZone`.
 * @param {number} moment
 * @param {string} timeZone
 * @returns {{date: string, hour: number, minute: number, second: number}} `date` as `2026-11-29`
 */
export function civil(moment, timeZone) {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    formats.set(timeZone, format);
  }
  const numbers = format.format(new Date(moment)).match(/\d+/g) || [];
  const [day, month, year, hour, minute, second] = numbers;
  // Some browsers write midnight as 24.
  return { date: `${year}-${month}-${day}`, hour: Number(hour) % 24, minute: Number(minute), second: Number(second) };
}

/**
 * Return a date as people write it, `29 November 2026`.
 * @param {string} date `2026-11-29`
 * @param {Record<string, string>} texts `date1` to `date12`, a pattern for each month: browsers do not know every language
 * @returns {string}
 */
export function dateWords(date, texts) {
  const [year, month, day] = date.split("-").map(Number);
  return fill(texts[`date${month}`] || date, { day, year });
}

/**
 * Return the moment at which the clocks in `timeZone` show this; the earlier one where they show it twice.
 * @param {string} date `2026-11-29`
 * @param {number} seconds since midnight; beyond a day it is the next day's
 * @param {string} timeZone
 * @returns {number}
 */
export function momentAt(date, seconds, timeZone) {
  const wanted = Date.parse(`${date}T00:00:00Z`) + seconds * 1000;
  const shown = (/** @type {number} */ moment) => {
    const { date: day, hour, minute, second } = civil(moment, timeZone);
    return Date.parse(`${day}T00:00:00Z`) + (hour * 3600 + minute * 60 + second) * 1000;
  };
  const guess = 2 * wanted - shown(wanted);
  return guess + (wanted - shown(guess));
}

/**
 * Read a time of day as people write it: `14:05`, `14.05`, `14:05:30`, `1405`, `9`. Null for anything else.
 * @param {string} text
 * @returns {number | null} seconds since midnight, below a day
 */
export function readTimeOfDay(text) {
  const match = /^\s*(\d{1,2})(?:[:.\s]?(\d{2})(?:[:.\s]?(\d{2}))?)?\s*$/.exec(text);
  if (!match) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] || 0), Number(match[3] || 0)];
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : null;
}
