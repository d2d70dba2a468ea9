// File fields: drop files on them, look at them before they go, see how much has been
// sent, cancel. Without this script the plain form does the same job.
const size = (bytes) => {
  const megabytes = bytes / 1048576;
  const shown = megabytes < 0.1 ? Math.ceil(bytes / 102.4) / 10 : megabytes;
  const digits = new Intl.NumberFormat(document.documentElement.lang, {
    maximumFractionDigits: 1,
  });
  return `${digits.format(shown)} ${megabytes < 0.1 ? "KB" : "MB"}`;
};

// The sentences stand in the page, in the language of the reader.
const say = (field, name, facts = {}) =>
  Object.entries(facts).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value),
    field.dataset[`say${name}`],
  );

// What stands beside the files already is said besides, but not written twice.
const tell = (field, text, besides = "") => {
  const heard = document.createElement("span");
  heard.className = "visually-hidden";
  heard.textContent = besides;
  field.querySelector("[data-drop-said]").replaceChildren(`${text} `, heard);
};

// Why a file cannot be sent, as the server would say; empty if it can.
const faultOf = (field, file) => {
  const limits = JSON.parse(field.dataset.limits);
  if (!Object.keys(limits).length) return "";
  const extension = file.name.split(".").pop().toLowerCase();
  const most = file.name.includes(".") ? limits[extension] : undefined;
  if (most === undefined) return say(field, "NotListed");
  if (file.size > most) return say(field, "TooLarge", { size: size(most) });
  return "";
};

const put = (input, files) => {
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
};

const isSame = (one, other) =>
  one.name === other.name &&
  one.size === other.size &&
  one.lastModified === other.lastModified;

const show = (field) => {
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-drop-list]");
  const pattern = field.querySelector("[data-drop-line]").content;
  const lines = Array.from(input.files, (file) => {
    const line = pattern.cloneNode(true).firstElementChild;
    const fault = faultOf(field, file);
    line.querySelector(".drop-name").textContent = file.name;
    line.querySelector("[data-size]").textContent = size(file.size);
    if (fault) line.querySelector(".field-error").textContent = fault;
    else line.querySelector(".field-error").remove();
    line.classList.toggle("is-refused", Boolean(fault));
    const remove = line.querySelector("button");
    remove.setAttribute("aria-label", say(field, "Remove", { name: file.name }));
    remove.addEventListener("click", () => {
      put(input, Array.from(input.files).filter((other) => other !== file));
      show(field);
      (list.querySelector("button") || input).focus();
    });
    return line;
  });
  list.replaceChildren(...lines);
  const faults = Array.from(list.querySelectorAll(".is-refused"), (line) =>
    `${line.querySelector(".drop-name").textContent}: ${line.querySelector(".field-error").textContent}`,
  );
  const count = input.files.length;
  tell(field, count ? say(field, "Chosen", { count }) : "", faults.join(" "));
};

// What is chosen or dropped later comes to what is there already.
const add = (field, before, files) => {
  const input = field.querySelector("input[type=file]");
  const most = Number(field.dataset.mostFiles);
  const fresh = files.filter((file) => !before.some((known) => isSame(known, file)));
  const all = input.multiple ? [...before, ...fresh] : files.slice(0, 1);
  put(input, all.slice(0, most));
  show(field);
  if (all.length > most || (!input.multiple && files.length > 1)) {
    tell(field, say(field, "TooMany", { most }));
  }
};

const takeDrops = (field) => {
  if (field.classList.contains("is-enhanced")) return;
  const input = field.querySelector("input[type=file]");
  let before = [];
  field.classList.add("is-enhanced");
  input.addEventListener("click", () => {
    before = Array.from(input.files);
  });
  input.addEventListener("change", () => {
    const known = before;
    before = [];
    add(field, known, Array.from(input.files));
  });
  for (const name of ["dragenter", "dragover"]) {
    field.addEventListener(name, () => field.classList.add("is-dropping"));
  }
  for (const name of ["dragleave", "drop"]) {
    field.addEventListener(name, () => field.classList.remove("is-dropping"));
  }
  field.addEventListener("drop", (event) => {
    const dropped = Array.from(event.dataTransfer.files);
    if (dropped.length) add(field, Array.from(input.files), dropped);
  });
};

// Show the page that the server answered with, as the browser itself would have.
const showAnswer = (request) => {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = answer.title;
  document.body.replaceWith(answer.body);
  window.history.pushState(null, "", request.responseURL);
  window.scrollTo(0, 0);
  window.htmx?.process(document.body);
  setUp();
  (document.querySelector("[data-focus]") || document.querySelector("main"))?.focus();
};

const showProgress = (field, step) => {
  if (!step.lengthComputable) return;
  const percent = Math.floor((step.loaded / step.total) * 100);
  const progress = field.querySelector("progress");
  const quarter = (value) => Math.floor(value / 25);
  if (quarter(percent) > quarter(progress.value)) {
    tell(field, say(field, percent === 100 ? "Stored" : "Sent", { percent }));
  }
  progress.value = percent;
  field.querySelector(".drop-percent").textContent = `${percent} %`;
};

const send = (form, field) => {
  const sending = field.querySelector("[data-drop-sending]");
  const button = form.querySelector("[type=submit]");
  const request = new XMLHttpRequest();
  const stop = (reason) => {
    sending.hidden = true;
    button.disabled = false;
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    tell(field, say(field, reason));
    button.focus();
  };
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (step) => showProgress(field, step));
  request.addEventListener("load", () => showAnswer(request));
  request.addEventListener("error", () => stop("Broken"));
  request.addEventListener("abort", () => stop("Cancelled"));
  sending.querySelector("progress").value = 0;
  sending.querySelector("button").onclick = () => request.abort();
  button.disabled = true;
  sending.hidden = false;
  request.send(new FormData(form));
};

const watch = (form) => {
  if (form.dataset.watched) return;
  form.dataset.watched = "yes";
  form.addEventListener("submit", (event) => {
    const refused = form.querySelector(".drop-line.is-refused");
    const field = form.querySelector("[data-drop]");
    if (refused) {
      event.preventDefault();
      const holder = refused.closest("[data-drop]");
      tell(holder, say(holder, "Refused"));
      refused.querySelector("button").focus();
      return;
    }
    const chosen = Array.from(form.querySelectorAll("[data-drop] input[type=file]"));
    if (!chosen.some((input) => input.files.length)) return;
    event.preventDefault();
    send(form, field);
  });
};

const setUp = () => {
  for (const field of document.querySelectorAll("[data-drop]")) {
    takeDrops(field);
    watch(field.closest("form"));
  }
};

// A file that misses the field must not make the browser leave the page.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}

setUp();
