// The wall page: reads its address, offers the last wall where there is none, and adds stations. The tiles come later.

import { choice } from "../choices.js";
import { part, setting, textsOf } from "../page.js";
import { fill } from "../text.js";
import { MOST_STATIONS, readWall, stationId, writeWall } from "./address.js";

export class Wall {
  /**
   * @param {HTMLElement} root
   * @param {import("../states.js").States | null} states
   */
  constructor(root, states) {
    this.root = root;
    this.states = states;
    this.today = setting(root, "date");
    this.texts = Object.assign(textsOf(root, "gap-reasons"), textsOf(root, "wall__texts"));
    this.message = part(root, "wall__message", HTMLElement);
    this.notes = part(root, "wall__notes", HTMLElement);
    this.empty = part(root, "wall__empty", HTMLElement);
    this.again = part(root, "wall__again", HTMLAnchorElement);
    this.form = part(root, "wall__add", HTMLFormElement);
    this.query = part(root, "wall__query", HTMLInputElement);
    this.found = part(root, "wall__found", HTMLElement);
    /** Fetched for the first station. @type {Promise<import("./stage.js").Stage> | null} */ this.stage = null;
    this.submitted = (/** @type {Event} */ event) => this.asked(event);
    this.returned = () => this.read();
    this.form.addEventListener("submit", this.submitted);
    window.addEventListener("popstate", this.returned);
    root.hidden = false;
    this.read();
  }

  /** @returns {Promise<import("./stage.js").Stage>} the tiles and what steers them; after a failure the next call tries again */
  open() {
    if (this.stage === null) {
      this.stage = import("./stage.js").then(({ Stage }) => new Stage({
        root: this.root, texts: this.texts, states: this.states, today: this.today,
        say: (sentence) => this.say(sentence),
        note: (sentence) => this.note(sentence),
        filled: (filled) => { this.empty.hidden = filled; },
        focusField: () => this.query.focus(),
      }));
      this.stage.catch((error) => {
        console.error("wall:", error);
        this.stage = null;
        this.say(this.texts.failed);
      });
    }
    return this.stage;
  }

  /** Show what the address says. */
  read() {
    const { wall, refused, surplus } = readWall(location.search, this.today);
    this.notes.textContent = "";
    if (refused.length > 0) this.note(fill(this.texts.refused, { what: refused.join(", ") }));
    if (surplus.length > 0) this.note(fill(this.texts.surplus, { count: MOST_STATIONS, what: surplus.join(", ") }));
    const kept = readWall(choice("wall") || "", this.today).wall;
    this.again.hidden = wall.stations.length > 0 || kept.stations.length === 0;
    if (!this.again.hidden) {
      this.again.href = writeWall(kept);
      this.again.textContent = fill(this.texts.again, { count: kept.stations.length });
    }
    this.empty.hidden = wall.stations.length > 0;
    if (wall.stations.length > 0 || this.stage !== null) this.open().then((stage) => stage.show(wall), () => undefined);
  }

  /** @param {string} sentence */
  note(sentence) {
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = sentence;
    this.notes.appendChild(line);
  }

  /** @param {string} sentence */
  say(sentence) {
    this.message.textContent = sentence;
  }

  /** @param {string} station */
  add(station) {
    this.query.value = this.found.textContent = "";
    this.open().then((stage) => stage.add(station), () => undefined);
  }

  /** A station was asked for: by its numbers at once, by words among the rows of the search. @param {Event} event */
  async asked(event) {
    event.preventDefault();
    const query = this.query.value.trim();
    if (query === "") return;
    const station = stationId(query);
    this.found.textContent = "";
    if (station !== null) {
      this.add(station);
      return;
    }
    try {
      this.say(this.texts.searching);
      const { find } = await import("./finder.js");
      const rows = await find(setting(this.root, "rowsUrl"), query);
      this.say(fill(rows.length > 0 ? this.texts.found : this.texts.nothing, { query, count: rows.length }));
      rows.forEach((row) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button--quiet";
        button.textContent = `${fill(this.texts.station, row)}: ${row.name}, ${row.address}`;
        button.addEventListener("click", () => {
          this.add(row.id);
          this.query.focus();
        });
        item.appendChild(button);
        this.found.appendChild(item);
      });
    } catch (error) {
      console.warn("wall:", error);
      this.say(this.texts.failed);
    }
  }

  destroy() {
    this.form.removeEventListener("submit", this.submitted);
    window.removeEventListener("popstate", this.returned);
    if (this.stage !== null) this.stage.then((stage) => stage.destroy(), () => undefined);
    this.root.hidden = true;
  }
}
