// Drives one video element: hands events to the machine and carries out what it decides, with one engine at a time.

/**
 * What a pilot needs of those around it.
 * @typedef {object} Crew
 * @property {(emit: import("./engines.js").Emit) => Promise<import("./engines.js").Engine | null>} open a new engine, null where this browser cannot play
 * @property {(wanted: boolean) => void} showVideo or the still
 * @property {(message: import("./machine.js").Message) => void} say what is going on
 * @property {(engine: import("./engines.js").Engine) => void} [opened] called before an engine starts for the first time
 * @property {() => void} [changed] called when another phase has begun
 */

export class Pilot {
  /**
   * @param {typeof import("./machine.js")} machine
   * @param {HTMLVideoElement} video
   * @param {Crew} crew
   */
  constructor(machine, video, crew) {
    this.machine = machine;
    this.video = video;
    this.crew = crew;
    /** @type {import("./machine.js").PlayerState} */
    this.state = machine.INITIAL;
    /** @type {import("./engines.js").Engine | null} */
    this.engine = null;
    /** Counts engines, so that one that arrives after it was given up is dropped. */
    this.generation = 0;
    /** @type {number | null} */
    this.retryTimer = null;
  }

  /**
   * Hand an event to the machine and carry out what it decides.
   * @param {import("./machine.js").PlayerEvent} event
   */
  take(event) {
    const before = this.state.phase;
    const [state, commands] = this.machine.step(this.state, event, Date.now(), Math.random());
    this.state = state;
    commands.forEach((command) => this.carryOut(command));
    if (state.phase !== before && this.crew.changed) this.crew.changed();
  }

  /** @param {import("./machine.js").Command} command */
  carryOut(command) {
    switch (command.do) {
      case "start": this.start(); break;
      case "suspend": if (this.engine) this.engine.suspend(); break;
      case "continue": if (this.engine) this.engine.resume(); break;
      case "destroy": this.giveUp(); break;
      case "recover-media":
        if (this.engine) this.engine.recover();
        this.playVideo();
        break;
      case "seek-live": if (this.engine) this.engine.seekLive(); break;
      case "schedule-retry":
        this.cancelRetry();
        this.retryTimer = window.setTimeout(() => this.take({ type: "retry-due" }), command.milliseconds);
        break;
      case "cancel-retry": this.cancelRetry(); break;
      case "show-still": this.crew.showVideo(false); break;
      case "show-video": this.crew.showVideo(true); break;
      case "say": this.crew.say(command.message); break;
      default: break;
    }
  }

  async start() {
    const { generation } = this;
    if (this.engine === null) {
      try {
        const engine = await this.crew.open((event) => {
          if (generation === this.generation) this.take(event);
        });
        if (generation !== this.generation) {
          if (engine) engine.destroy();
          return;
        }
        if (engine === null) {
          this.take({ type: "unsupported" });
          return;
        }
        this.engine = engine;
        if (this.crew.opened) this.crew.opened(engine);
      } catch (error) {
        console.warn("player:", error);
        if (generation === this.generation) this.take({ type: "fatal", kind: "other" });
        return;
      }
    }
    const { engine } = this;
    await engine.start();
    if (this.engine === engine && this.state.phase !== "paused") this.playVideo();
  }

  /** Start the video element; muted video may always start, unless the device saves power. */
  async playVideo() {
    try {
      await this.video.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.take({ type: "blocked" });
    }
  }

  /** End the engine, and one that is on its way. */
  giveUp() {
    this.generation += 1;
    if (this.engine === null) return;
    this.engine.destroy();
    this.engine = null;
  }

  cancelRetry() {
    if (this.retryTimer !== null) window.clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  destroy() {
    this.cancelRetry();
    this.giveUp();
  }
}
