// What is ticked, counted and summed on the buttons that act on it:
// <form data-tally> (of repairs; data-tally="job" of jobs) with boxes that carry data-amount, and buttons (of the form, wherever they stand)
// with data-tally-label="Approve {n}, at most {sum}" and, where money is at stake, data-tally-confirm.
import { each } from "./each.js";

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

const tickedIn = (form) => [...form.elements].filter((each) => each.dataset.amount && each.checked);

function said(text, ticked, noun) {
  const cents = ticked.reduce((sum, each) => sum + Math.round(each.dataset.amount * 100), 0);
  const number = `${ticked.length} ${noun}${ticked.length === 1 ? "" : "s"}`;
  return text.replace("{n}", number).replace("{sum}", money.format(cents / 100));
}

function tell(form) {
  const ticked = tickedIn(form);
  const noun = form.dataset.tally || "repair";
  for (const button of [...form.elements].filter((each) => each.dataset.tallyLabel)) {
    const { tallyLabel, tallyConfirm } = button.dataset;
    const place = button.querySelector("[data-tally-text]") ?? button;
    place.textContent = said(tallyLabel, ticked, noun);
    // Nothing ticked: the server says so, and there is nothing to confirm.
    if (tallyConfirm && ticked.length) button.dataset.confirm = said(tallyConfirm, ticked, noun);
    else delete button.dataset.confirm;
  }
}

export function startTally() {
  each("form[data-tally]", (form) => {
    form.addEventListener("change", () => tell(form));
    for (const name of ["pageshow", "page-changed"]) addEventListener(name, () => tell(form)); // ticks come back by themselves
    tell(form);
  });
}
