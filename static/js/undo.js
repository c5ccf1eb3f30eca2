// Undo instead of "Are you sure?": <form data-undo="Unit 4127 goes back to the queue"> waits eight
// seconds on the device before it is sent; leaving the page sends it.
const SECONDS = 8;
let held = null; // { form, submitter, toast, timer }

function showToast(text) {
  const toast = document.createElement("p");
  toast.className = "toast m-0";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast__action";
  button.textContent = "Undo";
  button.addEventListener("click", undo);
  toast.append(text, button);
  document.getElementById("toasts").append(toast);
  return toast;
}

function letGo() {
  const { form, submitter, toast, timer } = held;
  held = null; // first: a removed toast that had the focus reports its loss
  clearTimeout(timer);
  toast.remove();
  form.removeAttribute("aria-busy");
  return { form, submitter };
}

function undo() {
  const { submitter } = letGo();
  submitter?.focus();
}

function send() {
  const { form, submitter } = letGo();
  form.dataset.settled = "";
  form.requestSubmit(submitter);
}

/** The page goes, or another action takes this one's place: the browser sends it on the side. */
function sendAside() {
  if (!held) return;
  const { form, submitter } = letGo();
  navigator.sendBeacon(form.action, new FormData(form, submitter));
}

function startTimer() {
  clearTimeout(held?.timer);
  if (held) held.timer = setTimeout(send, SECONDS * 1000);
}

function hold(form, submitter) {
  sendAside();
  form.setAttribute("aria-busy", "true");
  held = { form, submitter, toast: showToast(form.dataset.undo) };
  // Nobody is hurried: while the pointer or the focus is on it, it stays.
  for (const name of ["mouseenter", "focusin"]) {
    held.toast.addEventListener(name, () => clearTimeout(held?.timer));
  }
  for (const name of ["mouseleave", "focusout"]) held.toast.addEventListener(name, startTimer);
  startTimer();
}

export function startUndo() {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.dataset.undo) return;
      if ("settled" in form.dataset) {
        delete form.dataset.settled;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (held?.form !== form) hold(form, event.submitter);
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (held && !typing && event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
  });
  addEventListener("pagehide", sendAside);
}
