// The banner follows the last request that was, or was not, answered:
// navigator.onLine says "online" in front of a dead server.
const PROBE_SECONDS = 5;
let timer = null;

const banner = () => document.getElementById("offline-banner");

/** Tells the banner whether a request just got an answer (any answer). */
export function answered(yes) {
  if (banner()) banner().hidden = yes;
  clearTimeout(timer);
  timer = yes ? null : setTimeout(probe, PROBE_SECONDS * 1000);
}

async function probe() {
  try {
    await fetch(banner().dataset.probe, { method: "HEAD", cache: "no-store" });
    answered(true);
  } catch {
    answered(false);
  }
}

export function startOnline() {
  if (!banner()) return;
  addEventListener("offline", () => answered(false));
  addEventListener("online", probe);
}
