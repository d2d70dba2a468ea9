// Gathers into static/vendor/ the few files of the npm packages that the pages load:
// one style sheet, one script, the letters, and a sprite of just the icons in use.
// Nothing of it is committed; `npm run build` makes it again.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const PACKAGES = join(ROOT, "node_modules");
const VENDOR = join(ROOT, "static", "vendor");
const APPS = ["portal", "access", "scanning", "incidents", "policies", "templates"];
// Vietnamese letters and their Latin base; other scripts would only cost bytes.
const SUBSETS = ["vietnamese", "latin-ext", "latin"];

const read = (...parts) => readFileSync(join(PACKAGES, ...parts), "utf8");

function write(name, content) {
  mkdirSync(dirname(join(VENDOR, name)), { recursive: true });
  writeFileSync(join(VENDOR, name), content);
}

// Source maps are for authors of those libraries: a name that leads to no file would
// stop collectstatic.
const withoutMap = (text) => text.replace(/\/[*/]# sourceMappingURL=.*?(\*\/)?$/gm, "");

function letters() {
  const faces = read("@fontsource-variable/inter", "wght.css").split(/(?=\/\* inter-)/);
  const wanted = faces.filter((face) =>
    SUBSETS.some((subset) => face.startsWith(`/* inter-${subset}-wght-normal`)),
  );
  for (const face of wanted) {
    const [, file] = face.match(/\.\/files\/([\w.-]+\.woff2)/);
    write(
      `inter/files/${file}`,
      readFileSync(join(PACKAGES, "@fontsource-variable/inter/files", file)),
    );
  }
  write("inter/inter.css", wanted.join("\n"));
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if ([".html", ".py"].includes(extname(path))) yield path;
  }
}

const isIcon = (name) =>
  existsSync(join(PACKAGES, "@tabler/icons", "icons", "outline", `${name}.svg`));

// Templates write {% icon "home" %} or icon="home"; Python names the icons of
// menu entries and counts among other words, so there every word that is an icon's
// name counts.
function iconsInUse() {
  const names = new Set();
  for (const app of APPS.filter((name) => existsSync(join(ROOT, name)))) {
    for (const path of sources(join(ROOT, app))) {
      const text = readFileSync(path, "utf8");
      if (extname(path) === ".html") {
        for (const [, name] of text.matchAll(/(?:\{% icon\s+|\bicon=)"([a-z0-9-]+)"/g)) {
          names.add(name);
        }
      } else if (/\b(icon|Entry|Action)\b/.test(text)) {
        for (const [, word] of text.matchAll(/"([a-z0-9-]+)"/g)) {
          if (isIcon(word)) names.add(word);
        }
      }
    }
  }
  return [...names].sort();
}

function sprite() {
  const symbols = [];
  for (const name of iconsInUse()) {
    if (!isIcon(name)) {
      throw new Error(`No icon is called "${name}"; see tabler.io/icons for the names.`);
    }
    const drawing = read("@tabler/icons", "icons", "outline", `${name}.svg`);
    const shapes = drawing
      .replace(/<!--[^]*?-->/g, "")
      .replace(/^[^]*?<svg[^]*?>/, "")
      .replace(/<\/svg>[^]*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
      .replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`);
  }
  write(
    "icons.svg",
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
  );
}

rmSync(VENDOR, { recursive: true, force: true });
write("tabler.css", withoutMap(read("@tabler/core/dist/css/tabler.min.css")));
write("htmx.js", withoutMap(read("htmx.org/dist/htmx.min.js")));
letters();
sprite();
