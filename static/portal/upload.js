// File fields: drop files on them, see their names, see how much has been sent.
// Without this script the plain form does the same job.
const size = (bytes) => {
  const megabytes = bytes / 1048576;
  const shown = megabytes < 0.1 ? bytes / 1024 : megabytes;
  const digits = new Intl.NumberFormat(document.documentElement.lang, {
    maximumFractionDigits: 1,
  });
  return `${digits.format(shown)} ${megabytes < 0.1 ? "KB" : "MB"}`;
};

const showNames = (input, list) => {
  list.replaceChildren(
    ...Array.from(input.files, (file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${size(file.size)})`;
      return item;
    }),
  );
};

const takeDrops = (field) => {
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-drop-list]");
  if (!input || !list) return;
  field.classList.add("is-enhanced");
  input.addEventListener("change", () => showNames(input, list));
  for (const name of ["dragenter", "dragover"]) {
    field.addEventListener(name, (event) => {
      event.preventDefault();
      field.classList.add("is-dropping");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    field.addEventListener(name, () => field.classList.remove("is-dropping"));
  }
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    showNames(input, list);
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
  document.querySelector("[data-focus]")?.focus();
};

// Send by script only to show how much has gone; the plain form does the same job.
const sendWithProgress = (form) => {
  const progress = form.querySelector("[data-drop-progress]");
  if (!progress) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("[type=submit]").disabled = true;
    progress.hidden = false;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) progress.value = (step.loaded / step.total) * 100;
    });
    request.addEventListener("load", () => showAnswer(request));
    request.addEventListener("error", () => form.submit());
    request.send(new FormData(form));
  });
};

const setUp = () => {
  for (const field of document.querySelectorAll("[data-drop]")) takeDrops(field);
  for (const form of document.querySelectorAll("form[data-upload]")) {
    sendWithProgress(form);
  }
};

setUp();
