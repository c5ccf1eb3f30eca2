// htmx under the content policy: nothing evaluated, nothing inline, nothing kept of pages.
import htmx from "htmx.org";
import { toast } from "./messages.js";
import { answered } from "./online.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form with its errors
    { code: "...", swap: false, error: true },
  ],
});

function csrfToken() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = csrfToken();
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:afterOnLoad", () => answered(true));
document.addEventListener("htmx:sendError", () => answered(false));
document.addEventListener("htmx:responseError", () => {
  answered(true);
  toast("That did not work. Nothing was changed; please try again.");
});

window.htmx = htmx;
