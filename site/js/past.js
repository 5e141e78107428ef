// Opens the past of a station: the `<details>` with its time line is filled once it is opened. It opens by itself where the
// address names a moment, and where the station's day is over.

export class Past {
  /**
   * @param {HTMLElement} root the `<details>`
   * @param {import("./player/player.js").Player} player
   * @param {import("./states.js").States | null} states
   */
  constructor(root, player, states) {
    this.root = /** @type {HTMLDetailsElement} */ (root);
    this.player = player;
    this.states = states;
    /** @type {import("./day/look_back.js").LookBack | null} */
    this.line = null;
    this.opened = () => { if (this.root.open) this.fill(); };
    this.stop = states ? states.listen(() => this.openIfOver()) : () => undefined;
    root.addEventListener("toggle", this.opened);
    player.recording = () => {
      this.root.open = true;
      /** @type {HTMLElement} */ (this.root.firstElementChild).focus();
    };
    if (new URLSearchParams(location.search).has("t")) this.root.open = true;
    this.opened();
  }

  openIfOver() {
    const state = this.states ? this.states.stateOf(String(this.root.dataset.station)) : "unknown";
    if (state === "closed" || state === "archived") this.root.open = true;
  }

  async fill() {
    this.stop();
    this.root.removeEventListener("toggle", this.opened);
    try {
      const { LookBack } = await import("./day/look_back.js");
      this.line = new LookBack(this.root, this.player, this.states);
    } catch (error) {
      console.error("time line:", error);
      this.root.addEventListener("toggle", this.opened);
    }
  }

  destroy() {
    this.player.recording = null;
    this.stop();
    this.root.removeEventListener("toggle", this.opened);
    if (this.line) this.line.destroy();
  }
}
