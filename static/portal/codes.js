// Copy and print what is shown only once; without script it is selected by hand.
"use strict";

const copy = document.querySelector("[data-copy]");
const source = document.querySelector("[data-copy-source]");
if (copy && source && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const items = [...source.querySelectorAll("li")].map((item) => item.textContent);
    await navigator.clipboard.writeText(items.join("\n") || source.value);
    document.querySelector("[data-copied]").hidden = false;
  });
}
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
