// Creates the npm packages: one package with the program for each platform, and the package `preauth`. That package
// lists the others as optional dependencies and starts the installed one. Installing them downloads nothing else.
//
//   node packaging/npm/package.mjs OUT TARGET=PROGRAM…
//
// TARGET is a Rust target, and PROGRAM is the file that was built for it. Each package becomes a folder in OUT.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

const platforms = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
const version = manifest.match(/^version = "(.*)"$/m)[1];
const repository = manifest.match(/^repository = "(.*)"$/m)[1];
const licences = ["LICENSE-MIT", "LICENSE-APACHE"];

const [out, ...programs] = process.argv.slice(2);
if (!out || programs.length === 0) {
  console.error("usage: node packaging/npm/package.mjs OUT TARGET=PROGRAM…");
  process.exit(2);
}

const common = { version, license: "MIT OR Apache-2.0", repository: { type: "git", url: `git+${repository}.git` } };

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  licences.forEach((name) => copyFileSync(join(root, name), join(folder, name)));
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const optionalDependencies = {};

for (const named of programs) {
  const at = named.indexOf("=");
  const target = named.slice(0, at);
  const platform = platforms.find((platform) => platform.targets.includes(target));
  if (!platform) {
    console.error(`no npm platform for ${target}`);
    process.exit(2);
  }
  const name = `preauth-${platform.name}`;
  const program = platform.os === "win32" ? "preauth.exe" : "preauth";
  const folder = join(out, name);
  write(folder, {
    "package.json": json({
      name,
      ...common,
      description: `The program of preauth for ${platform.name}.`,
      os: [platform.os],
      cpu: [platform.cpu],
      preferUnplugged: true,
      files: [program, ...licences],
    }),
    "README.md": `# ${name}\n\nThe program of [preauth](${repository}) for ${platform.name}. Install \`preauth\` instead.\n`,
  });
  copyFileSync(named.slice(at + 1), join(folder, program));
  chmodSync(join(folder, program), 0o755);
  optionalDependencies[name] = version;
}

write(join(out, "preauth"), {
  "package.json": json({
    name: "preauth",
    ...common,
    description: "Policy as code for Salesforce connected apps and external client apps.",
    keywords: ["salesforce", "sfdx", "connected-app", "external-client-app", "oauth", "linter", "security"],
    bin: { preauth: "bin/preauth.js" },
    files: ["bin", "platforms.json", ...licences],
    engines: { node: ">=16" },
    optionalDependencies,
  }),
  "platforms.json": json(platforms),
  "bin/preauth.js": readFileSync(join(here, "preauth.js"), "utf8"),
  "README.md": readFileSync(join(root, "README.md"), "utf8"),
});
chmodSync(join(out, "preauth", "bin", "preauth.js"), 0o755);
