#!/usr/bin/env node
// Starts the program that was installed for this platform.
"use strict";
const { spawnSync } = require("node:child_process");
const platforms = require("../platforms.json");

const platform = platforms.find((known) => known.os === process.platform && known.cpu === process.arch);
if (!platform) {
  console.error(`preauth: no program is available for ${process.platform}-${process.arch}. Build it from source.`);
  process.exit(2);
}
const name = `preauth-${platform.name}`;
let program;
try {
  program = require.resolve(`${name}/${platform.os === "win32" ? "preauth.exe" : "preauth"}`);
} catch {
  console.error(
    `preauth: the package ${name} is not installed. It is an optional dependency of preauth. Install preauth again on ` +
      "this platform, without `--omit=optional` or `--no-optional`.",
  );
  process.exit(2);
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`preauth: cannot start ${program}: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exit(status ?? 2);
