// Small comforts; every page works without them.
"use strict";

// A menu that opened closes with Escape, or when the reader turns elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popup of document.querySelectorAll("details.popup[open]")) {
    popup.open = false;
    popup.querySelector("summary").focus();
  }
  if (location.hash === "#menu") location.hash = "#content";
});
document.addEventListener("click", (event) => {
  for (const popup of document.querySelectorAll("details.popup[open]")) {
    if (!popup.contains(event.target)) popup.open = false;
  }
});

// A form that was refused: the reader lands on what is wrong.
document.querySelector("[data-focus]")?.focus();

// The same form is not sent twice by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
