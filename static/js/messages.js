// What the server or the page has to say, once.

/** Shows a short line at the bottom; screen readers hear it. */
export function toast(text, seconds = 8) {
  const item = document.createElement("p");
  item.className = "toast m-0";
  item.textContent = text;
  document.getElementById("toasts")?.append(item);
  setTimeout(() => item.remove(), seconds * 1000);
}

export function startMessages() {
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".alert")?.remove();
  });
}
