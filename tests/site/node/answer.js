// Answers each line of the standard input, a text as JSON, with what fold, words and parseNumbers make of it.

import { createInterface } from "node:readline";
import { fold, words } from "../../../site/js/fold.js";
import { parseNumbers } from "../../../site/js/numbers.js";
import { plainly } from "./plainly.js";

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  console.log(JSON.stringify([fold(text), words(text), plainly(parseNumbers(text))]));
}
