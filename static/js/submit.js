// A form is sent once. Its button is never disabled: it says that it is busy, and works again when the page returns.

function setBusy(form, busy) {
  for (const element of [form, form.querySelector("[data-pressed]")]) {
    if (busy) element?.setAttribute("aria-busy", "true");
    else element?.removeAttribute("aria-busy");
  }
}

function release() {
  for (const form of document.querySelectorAll("form[aria-busy]")) setBusy(form, false);
}

function markPressed(form, button) {
  form.querySelector("[data-pressed]")?.removeAttribute("data-pressed");
  button?.setAttribute("data-pressed", "");
}

export function startSubmit() {
  // Bubbling on window: runs last, after confirmation and htmx had their say.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if ("download" in form.dataset) return; // a file comes, this page stays
    if (form.getAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    markPressed(form, event.submitter);
    setBusy(form, true);
  });
  window.addEventListener("pageshow", release); // back button: the page comes alive as it was
}
