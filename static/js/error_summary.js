// As GOV.UK does it: the summary takes the focus, the title says "Error", a link leads into its field.
function focusSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
  summary.focus();
}

function leadToField(event) {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

export function startErrorSummary() {
  focusSummary(document);
  document.addEventListener("click", leadToField);
  document.addEventListener("htmx:afterSettle", ({ target }) => focusSummary(target));
}
