// What `parseNumbers` returns, as the common vectors write it.

/** @param {import("../../../site/js/numbers.js").Numbers | null} meant */
export function plainly(meant) {
  switch (meant && meant.kind) {
    case null: return null;
    case "station": return { constituency: meant.constituency, station: meant.number };
    case "constituency": return { constituency: meant.constituency };
    case "number": return { station: meant.number };
    default: return { bare: meant.number };
  }
}
