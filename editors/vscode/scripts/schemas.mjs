// Copies the generated schemas into the extension.
import { cpSync, mkdirSync } from "node:fs";

const here = new URL("../schemas/", import.meta.url);
mkdirSync(here, { recursive: true });
for (const name of ["config", "policy"]) {
  cpSync(new URL(`../../../schemas/${name}.schema.json`, import.meta.url), new URL(`${name}.schema.json`, here));
}
