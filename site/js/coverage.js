// How many of a set of stations are live, and how long until the first pictures. Pure.

import { fill } from "./text.js";

/**
 * Read a set of stations as the page writes it, `033:1-24 034:1-12,14`, into their ids.
 * @param {string} set
 * @returns {string[]}
 */
export function stationsOf(set) {
  /** @type {string[]} */ const ids = [];
  for (const group of set.split(" ")) {
    const [constituency, runs = ""] = group.split(":");
    for (const run of runs.split(",")) {
      const [first, last = first] = run.split("-").map(Number);
      for (let number = first; number <= last; number += 1) ids.push(`${constituency}-${String(number).padStart(3, "0")}`);
    }
  }
  return ids;
}

/** A number as the language groups it: `5,812`, `5 812`. @type {(value: number, language: string) => string} */
export function grouped(value, language) {
  return new Intl.NumberFormat(language).format(value);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Return the words for a time that is left, at least a second: seconds are only counted in the last two minutes.
 * @param {number} left milliseconds
 * @param {Record<string, string>} texts patterns `days`, `hours`, `minutes`, `seconds`
 * @returns {string}
 */
export function timeLeft(left, texts) {
  if (left < 2 * MINUTE) return fill(texts.seconds, { number: Math.ceil(left / SECOND) });
  // What has begun counts as whole, so that nobody comes late by the page.
  const whole = Math.ceil(left / MINUTE) * MINUTE;
  const values = {
    days: Math.floor(whole / DAY),
    hours: Math.floor((whole % DAY) / HOUR),
    minutes: Math.floor((whole % HOUR) / MINUTE),
  };
  return fill(values.days > 0 ? texts.days : values.hours > 0 ? texts.hours : texts.minutes, values);
}
