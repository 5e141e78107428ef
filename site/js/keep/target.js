// Where a clip goes while it is put together: into a file that the viewer chose, where a browser offers that, else into memory.

import { joined } from "./boxes.js";

/**
 * @typedef {object} Target
 * @property {(bytes: Uint8Array) => Promise<void>} write what follows; rejects with `NotWritten`
 * @property {(head: Uint8Array) => Promise<void>} finish hand over the whole file, with `head` for its first bytes; rejects with `NotWritten`
 * @property {() => Promise<void>} abandon leave nothing of it
 */

/** So much (bytes) may be put together in memory: an old phone can spare no more. */
export const MOST_IN_MEMORY = 500e6;
/** So much is written at once: each time costs the browser a message to another process. */
const AT_ONCE = 2e6;
/** Parts are handed to the browser, which can put them on disk, when so many bytes have come together. */
const HANDED_OVER = 16e6;

/** The disk is full, or what was chosen cannot be written. */
export class NotWritten extends Error {}

/** @returns {boolean} whether the browser lets a page write into a file that its viewer chooses */
export function offersFiles() {
  return "showSaveFilePicker" in window;
}

/**
 * Let the viewer choose a file; to be called upon a click.
 * @param {string} suggestedName
 * @returns {Promise<Target | null>} null if none was chosen; rejects where the browser refuses
 */
export async function chosenFile(suggestedName) {
  /** @type {any} */ let handle;
  try {
    handle = await /** @type {any} */ (window).showSaveFilePicker({ suggestedName, startIn: "videos", types: [{ accept: { "video/mp4": [".mp4"] } }] });
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return null;
    throw error;
  }
  try {
    return intoFile(handle, await handle.createWritable());
  } catch (error) {
    await removed(handle);
    throw error;
  }
}

/**
 * @param {any} handle of the file, which is empty until the stream is closed
 * @param {FileSystemWritableFileStream} stream
 * @returns {Target}
 */
function intoFile(handle, stream) {
  /** @type {Uint8Array[]} */ let parts = [];
  let waiting = 0;
  const flush = async () => {
    const bytes = joined(parts);
    parts = [];
    waiting = 0;
    await stream.write(forBlob(bytes));
  };
  const tried = async (/** @type {() => Promise<void>} */ step) => {
    try {
      await step();
    } catch (error) {
      throw new NotWritten(String(error));
    }
  };
  return {
    write: (bytes) => {
      parts.push(bytes);
      waiting += bytes.length;
      return waiting < AT_ONCE ? Promise.resolve() : tried(flush);
    },
    finish: (head) => tried(async () => {
      await flush();
      await stream.write({ type: "write", position: 0, data: forBlob(head) });
      await stream.close();
    }),
    abandon: async () => {
      parts = [];
      // A stream that failed is at its end already.
      await stream.abort().catch(() => undefined);
      await removed(handle);
    },
  };
}

/** @param {any} handle of the empty file that choosing it has made */
async function removed(handle) {
  try {
    if ("remove" in handle) await handle.remove();
  } catch (error) {
    console.warn("clip:", error);
  }
}

/**
 * @param {string} name
 * @returns {Target} that hands the file to the browser's own downloads at the end
 */
export function inMemory(name) {
  /** @type {BlobPart[]} */ let parts = [];
  let waiting = 0;
  return {
    write: (bytes) => {
      parts.push(forBlob(bytes));
      waiting += bytes.length;
      if (waiting > HANDED_OVER) {
        parts = [new Blob(parts)];
        waiting = 0;
      }
      return Promise.resolve();
    },
    finish: (head) => {
      save(name, new Blob([forBlob(head), new Blob(parts).slice(head.length)], { type: "video/mp4" }));
      return Promise.resolve();
    },
    abandon: () => {
      parts = [];
      return Promise.resolve();
    },
  };
}

/**
 * @param {Uint8Array} bytes never of shared memory
 * @returns {Uint8Array<ArrayBuffer>}
 */
function forBlob(bytes) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
function save(name, blob) {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
}
