// Bundle the editor with the packages that it needs, and the notices that their licenses ask for.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: ["main.js"], outfile: "bundle.js", bundle: true, minify: true, format: "iife", target: "es2022",
  legalComments: "none", charset: "ascii", metafile: true, logLevel: "warning",
});

const folders = new Set(Object.keys(metafile.outputs["bundle.js"].inputs).map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
const notices = [];
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf-8"));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  if (!license || !file) throw new Error(`${name} ${version} comes without a license; it may not be bundled.`);
  notices.push(`${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, "utf-8")).trim()}\n`);
}
await writeFile("THIRD-PARTY.txt", `The query page contains code of these packages.\n\n${notices.join(`\n${"-".repeat(72)}\n\n`)}`);
