// Puts segments together as the page does: `node mux.mjs <plan.json> <out.mp4>`. The plan names files and times.

import { readFileSync, writeFileSync } from "node:fs";
import { Movie } from "../../site/js/keep/movie.js";

const [plan, out] = process.argv.slice(2);
const { init, about, segments } = JSON.parse(readFileSync(plan, "utf8"));
const movie = new Movie(new Uint8Array(readFileSync(init)), about);
const parts = [movie.head()];
for (const { file, start, discontinuity } of segments) {
  if (discontinuity) movie.discontinuity();
  parts.push(movie.segment(new Uint8Array(readFileSync(file)), start));
}
parts.push(movie.tail());
writeFileSync(out, Buffer.concat(parts));
