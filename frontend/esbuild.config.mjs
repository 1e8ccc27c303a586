// Bundles the two islands, and the style sheet with the font of formulas. Entry points keep their names, since the pages name them; everything they load
// later carries its digest in its name, so that the server may let browsers keep it for good.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outdir = fileURLToPath(new URL("../src/assay/web/static/bundle", import.meta.url));
await rm(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/pages.ts", "src/editor.ts", "src/formulas.css"],
  outdir,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  chunkNames: "chunk-[hash]",
  assetNames: "chunk-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "warning",
});
