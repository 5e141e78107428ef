// Puts segments together as the page does: `node mux.mjs <plan.json> <out.mp4>`. The plan names files and times.

import { readFileSync, writeFileSync } from "node:fs";
import { Movie } from "../../site/js/keep/movie.js";

const [plan, out] = process.argv.slice(2);
const read = (path) => new Uint8Array(readFileSync(path));
const { init, about, segments, known } = JSON.parse(readFileSync(plan, "utf8"));
const movie = new Movie(read(init), about);
const parts = [movie.head()];
for (const { file, start, duration, another } of segments) {
  if (another) movie.discontinuity(read(another));
  parts.push(...movie.segment(read(file), start, duration));
}
parts.push(movie.tail());
parts[0] = movie.headWith(known || about.comment);
writeFileSync(out, Buffer.concat(parts));
