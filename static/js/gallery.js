// Pictures larger without leaving the page, and before slid over after. Without a script a picture is a link and
// the two stand side by side.
import { each } from "./each.js";

const linksOf = (gallery) => [...gallery.querySelectorAll("[data-picture]")];

function show(gallery, links, at) {
  const dialog = gallery.querySelector("dialog");
  const link = links[at];
  const image = new Image();
  image.src = link.dataset.picture;
  image.alt = link.querySelector("img").alt;
  dialog.querySelector(".lightbox__stage").replaceChildren(image);
  const place = links.length > 1 ? ` (${at + 1} of ${links.length})` : "";
  const caption = link.closest("figure").querySelector("figcaption").textContent.trim();
  dialog.querySelector(".lightbox__caption").textContent = caption + place;
  dialog.querySelector("[data-full]").href = link.href;
  dialog.querySelector(".lightbox__steps").hidden = links.length < 2;
  dialog.dataset.at = at;
}

function step(gallery, by) {
  const links = linksOf(gallery);
  const at = Number(gallery.querySelector("dialog").dataset.at);
  show(gallery, links, (at + by + links.length) % links.length);
}

function open(gallery, link) {
  const links = linksOf(gallery);
  show(gallery, links, links.indexOf(link));
  gallery.querySelector("dialog").showModal();
}

function startGallery(gallery) {
  const dialog = gallery.querySelector("dialog");
  gallery.addEventListener("click", (event) => {
    const link = event.target.closest("[data-picture]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      return open(gallery, link);
    }
    if (event.target === dialog || event.target.closest("[data-close]")) return dialog.close();
    const button = event.target.closest("[data-step]");
    if (button) step(gallery, Number(button.dataset.step));
  });
  dialog.addEventListener("keydown", ({ key }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by) step(gallery, by);
  });
}

function startCompare(compare) {
  const slider = compare.querySelector(".compare__slider");
  const range = slider.querySelector("input");
  const button = compare.querySelector("[data-over]");
  const draw = () => compare.style.setProperty("--split", `${range.value}%`);
  range.addEventListener("input", draw);
  button.addEventListener("click", () => {
    const isOver = compare.classList.toggle("compare--over");
    slider.hidden = !isOver;
    button.setAttribute("aria-pressed", isOver);
    if (isOver) range.focus();
  });
  draw();
  button.hidden = false;
}

export function startGalleries() {
  each("[data-gallery]", startGallery);
  each("[data-compare]", startCompare);
}
