// <button data-share="address" data-share-text="..." hidden>: hands both to the device's own sheet, where it has one.
import { toast } from "./messages.js";

async function share({ share: url, shareText: text }) {
  try {
    await navigator.share({ text, url });
  } catch (error) {
    if (error.name !== "AbortError") toast("Copy the code instead."); // closing the sheet is no fault
  }
}

export function startSharing() {
  if (!navigator.share) return;
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => share(button.dataset));
  }
}
