// Asks before money or a denial, and only there; anything else is undone rather than confirmed.
// <form data-confirm="Approve all 12, at most $480?" data-confirm-button="Approve">, or data-confirm on a button.

const asked = (form, submitter) => submitter?.dataset.confirm ?? form.dataset.confirm;

function ask(form, submitter) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("[data-confirm-text]").textContent = asked(form, submitter);
  const yes = dialog.querySelector("[value=yes]");
  yes.textContent = form.dataset.confirmButton ?? submitter?.textContent.trim() ?? "Yes";
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
  };
  dialog.showModal();
}

export function startConfirm() {
  // Capturing: asks before htmx or the submit guard see the event.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!asked(form, event.submitter)) return;
      if ("confirmed" in form.dataset) {
        delete form.dataset.confirmed;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, event.submitter);
    },
    true,
  );
}
