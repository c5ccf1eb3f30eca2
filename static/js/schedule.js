// A visit dragged to another day, hour or technician: its page asks then whether to move it there.
const TIME = /^\d\d:\d\d$/;

function over(cell, is) {
  cell?.classList.toggle("schedule__cell--over", is);
}

export function startSchedule() {
  const grid = document.querySelector("[data-schedule]");
  if (!grid) return;
  let dragged = null;
  const cellOf = (event) => dragged && event.target.closest("[data-technician]");
  grid.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-visit]");
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  grid.addEventListener("dragend", () => {
    grid.querySelectorAll(".schedule__cell--over").forEach((cell) => over(cell, false));
    dragged = null;
  });
  grid.addEventListener("dragover", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.preventDefault();
    over(cell, true);
  });
  grid.addEventListener("dragleave", (event) => over(cellOf(event), false));
  grid.addEventListener("drop", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.preventDefault();
    const { technician, day, time } = cell.dataset;
    const at = `${day}T${TIME.test(time) ? time : dragged.dataset.time}`;
    window.location.assign(`${dragged.href}?${new URLSearchParams({ technician, at })}#move`);
  });
}
