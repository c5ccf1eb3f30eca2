// What has changed, as the server tells it: by a stream of events where there is one, shared by all tabs of this
// browser, and by asking where nothing is heard. A page that hears is quiet; one that hears nothing asks.
const CHANGES = "/api/changes/";
const QUIET_SECONDS = 14; // the stream has a beat every ten
const SLOWEST_SECONDS = 120;
const AGAIN_SECONDS = 60; // until a refused stream is tried again
const SLACK_SECONDS = 10; // a change may be committed a moment after its time
const KEPT = 50;
const jitter = (seconds) => (seconds + Math.random() * 2) * 1000;

export class Feed {
  /** `heard(change)` for each change once, `missed()` when everything is to be read anew. */
  constructor({ user, since, stream, heard, missed }) {
    Object.assign(this, { stream, heard, missed });
    this.from = new Date(Date.parse(since) - SLACK_SECONDS * 1000);
    this.newest = 0;
    this.next = 0;
    this.failures = 0;
    this.recent = [];
    // Locks are missing on pages that came without TLS; too many streams of one browser would block it.
    if (stream && navigator.locks) this.share(`live:${user}`);
    this.wait();
    document.addEventListener("visibilitychange", () => this.wait(1));
  }

  // --- The stream: one tab has it, the others listen to that tab

  share(name) {
    this.tabs = new BroadcastChannel(name);
    this.tabs.onmessage = ({ data }) => (data.hello ? this.repeat() : this.take(data));
    this.tabs.postMessage({ hello: true });
    navigator.locks.request(name, () => new Promise(() => this.lead()));
    addEventListener("pagehide", () => this.source?.close());
  }

  lead() {
    this.source = new EventSource(`${this.stream}?${this.place(this.newest)}`);
    this.source.addEventListener("change", ({ data }) => this.pass({ change: JSON.parse(data) }));
    this.source.addEventListener("reset", () => this.pass({ reset: true }));
    for (const sign of ["beat", "open"]) this.source.addEventListener(sign, () => this.pass({}));
    this.source.addEventListener("error", () => {
      if (this.source.readyState !== EventSource.CLOSED || this.isOver) return;
      setTimeout(() => this.lead(), jitter(AGAIN_SECONDS));
    });
  }

  pass(message) {
    if (message.change) this.recent = [...this.recent, message].slice(-KEPT);
    this.tabs.postMessage(message);
    this.take(message);
  }

  /** A tab that opened just now may have missed some. */
  repeat() {
    if (this.source?.readyState !== EventSource.OPEN) return;
    for (const message of [...this.recent, {}]) this.tabs.postMessage(message);
  }

  take({ change, reset }) {
    this.wait();
    if (reset) this.missed();
    if (!change || change.position <= this.newest) return;
    this.newest = change.position;
    if (new Date(change.at) >= this.from) this.heard(change);
  }

  // --- Asking

  wait(seconds = QUIET_SECONDS) {
    clearTimeout(this.timer);
    if (document.hidden || this.isOver) return;
    const slower = Math.min(seconds * 2 ** this.failures, SLOWEST_SECONDS);
    this.timer = setTimeout(() => this.ask(), jitter(slower));
  }

  place(position) {
    return new URLSearchParams(position ? { since: position } : { updated_since: this.from.toISOString() });
  }

  async ask() {
    try {
      const answer = await fetch(`${CHANGES}?${this.place(this.next)}`);
      this.isOver = [401, 403, 404].includes(answer.status); // signed out
      if (!answer.ok) throw new Error(answer.status);
      const { next, results } = await answer.json();
      this.failures = 0;
      this.next = next;
      for (const change of results) this.take({ change });
    } catch {
      this.failures += 1;
    }
    this.wait();
  }
}
