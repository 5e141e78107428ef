// The viewer's choice of data use below the picture, and what it costs in words.

import { choice, choose } from "../choices.js";
import { part } from "../page.js";
import { fill } from "../text.js";
import { firstMode, qualityIn, stillInterval, stillsCost, videoCost } from "./saver.js";

/** @typedef {import("./saver.js").Mode} Mode */

export class DataUse {
  /**
   * @param {HTMLElement} root of the player
   * @param {Record<string, string>} texts
   * @param {import("./still.js").Still} still
   * @param {() => void} changed called when the viewer has chosen
   */
  constructor(root, texts, still, changed) {
    this.texts = texts;
    this.still = still;
    this.line = part(root, "player__data", HTMLElement);
    this.select = part(root, "player__mode", HTMLSelectElement);
    this.cost = part(root, "player__cost", HTMLElement);
    /** What the stream offers, once it was played. @type {import("./engines.js").Rendition[]} */
    this.renditions = [];
    const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
    this.mode = firstMode(choice("saver"), !!connection && connection.saveData === true);
    this.chosen = () => {
      this.mode = /** @type {Mode} */ (this.select.value);
      choose("saver", this.mode);
      this.apply();
      changed();
    };
    this.select.value = this.mode;
    this.select.addEventListener("change", this.chosen);
    this.line.hidden = false;
    this.apply();
  }

  /** @returns {import("./engines.js").Quality} what to play now */
  get quality() {
    return qualityIn(this.mode, choice("quality"));
  }

  apply() {
    this.still.every(stillInterval(this.mode));
    this.show();
  }

  /** Say what an hour costs, as far as it is known. */
  show() {
    const parts = [];
    if (this.still.bytes > 0) {
      parts.push(fill(this.texts.costStills, { size: stillsCost(this.still.bytes, stillInterval(this.mode)) }));
    }
    const count = this.renditions.length;
    if (this.mode !== "stills") {
      const played = this.renditions[this.quality === "low" ? 0 : count - 1];
      if (count === 0) parts.push(this.texts.costUnknown);
      else parts.push(fill(this.quality === "auto" && count > 1 ? this.texts.costMost : this.texts.costVideo, { size: videoCost(played.bitsPerSecond) }));
    }
    const words = parts.join(" ");
    if (this.cost.textContent !== words) this.cost.textContent = words;
  }

  destroy() {
    this.select.removeEventListener("change", this.chosen);
  }
}
