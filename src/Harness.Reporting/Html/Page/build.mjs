// Bundles src/main.js with the chart library into one script, and collects the licences of everything that went in.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const out = process.argv[2] ?? "dist";
mkdirSync(out, { recursive: true });
const result = await build({
  entryPoints: ["src/main.js"],
  outfile: join(out, "report.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none", // the whole licence texts stand in licences.txt
  metafile: true,
});

const folders = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) {
    folders.add(found[1]);
  }
}

const texts = new Map();
for (const folder of [...folders].sort()) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `licence: ${about.license}, by ${about.author?.name ?? about.author}`;
  texts.set(text, [...(texts.get(text) ?? []), `${about.name} ${about.version}`]);
}

writeFileSync(join(out, "licences.txt"), [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join("\n----\n\n"));
