// Pages that change while one looks: <main data-live="repair:17 job:5"> or data-live="repair appointment" (of any).
// What changed elsewhere is shown in place; where something is typed and not sent, a line says what changed instead.
import { Feed } from "./live_feed.js";
import { Region, isEdited } from "./live_patch.js";

const GATHER_MS = 250;
const SPREAD_MS = 400; // not every page that watches asks in the same moment
const BELL_MS = 3000;
const UNREAD = "/api/notifications/?unread=true&page_size=100";

class LivePage {
  constructor(main, since) {
    this.main = main;
    this.since = new Date(since);
    this.wanted = new Set((main.dataset.live ?? "").split(/\s+/).filter(Boolean));
    this.region = this.wanted.size ? new Region(main) : null;
    this.news = []; // what others did since the page was last brought up to date
    this.told = document.createElement("p");
    this.told.className = "visually-hidden";
    this.told.setAttribute("role", "status");
    document.getElementById("toasts").before(this.told);
    document.addEventListener("visibilitychange", () => this.isStale && this.soon());
  }

  heard(change) {
    if (this.wanted.has(change.kind) || this.wanted.has(`${change.kind}:${change.id}`)) {
      // The page may show already what happened just before it came.
      if (!change.own && new Date(change.at) > this.since) this.news.push(change);
      this.soon();
    }
    this.ring();
  }

  missed() {
    if (this.region) this.soon();
    this.ring();
  }

  soon() {
    this.isStale = true;
    this.timer ??= setTimeout(() => this.refresh(), GATHER_MS + Math.random() * SPREAD_MS);
  }

  async refresh() {
    try {
      if (!document.hidden) await this.compare();
    } finally {
      this.timer = null;
    }
  }

  async compare() {
    this.isStale = false;
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh?.dataset.live || !this.region.differs(fresh) || document.querySelector("form[aria-busy]")) return;
    if (isEdited(this.main) || document.querySelector("dialog[open]")) this.offer(fresh);
    else this.show(fresh);
  }

  show(fresh) {
    this.line?.remove();
    const rows = this.region.show(fresh);
    window.htmx.process(this.main);
    this.main.dispatchEvent(new CustomEvent("page-changed", { bubbles: true }));
    if (this.news.length) {
      for (const row of rows) flash(row);
      this.told.textContent = this.sentence();
    }
    this.news = [];
  }

  /** Nothing that was typed is taken away: a line says what changed, and shows it on wish. */
  offer(fresh) {
    this.line?.remove();
    this.line = document.createElement("p");
    this.line.className = "toast m-0";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast__action";
    button.textContent = "Show it";
    button.addEventListener("click", () => {
      this.show(fresh);
      this.main.focus({ preventScroll: true });
    });
    this.line.append(`${this.sentence()} What you typed is kept.`, button);
    document.getElementById("toasts").append(this.line);
  }

  sentence() {
    const { text, actor, name } = this.news.at(-1) ?? {};
    if (!text) return "Changed just now.";
    const about = this.wanted.size > 1 || !this.main.dataset.live.includes(":") ? `${name}: ` : "";
    const others = this.news.length > 1 ? ` and ${this.news.length - 1} more` : "";
    return `${actor ? `Changed by ${actor}` : "Changed"} just now: ${about}${text.replace(/\.$/, "")}${others}.`;
  }

  // --- The bell

  ring() {
    this.bell ??= setTimeout(() => this.count(), Math.random() * BELL_MS);
  }

  async count() {
    this.bell = null;
    const count = document.querySelector("[data-unread]");
    if (!count || document.hidden) return;
    const answer = await fetch(UNREAD);
    if (!answer.ok) return;
    const unread = (await answer.json()).results.length;
    count.hidden = !unread;
    count.textContent = unread > 99 ? "99+" : unread;
    document.querySelector("[data-unread-words]").textContent = unread ? `, ${unread} new` : "";
  }
}

function flash(row) {
  row.classList.remove("just-changed");
  requestAnimationFrame(() => row.classList.add("just-changed"));
  row.addEventListener("animationend", () => row.classList.remove("just-changed"), { once: true });
}

export function startLive() {
  const { user, liveSince: since, stream } = document.body.dataset;
  if (!user || !since) return;
  const page = new LivePage(document.getElementById("main"), since);
  new Feed({
    user,
    since,
    stream,
    heard: (change) => page.heard(change),
    missed: () => page.missed(),
  });
}
