import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram, serverArguments } from "../src/program";

const places = { setting: "", extension: "/ext", path: "/a:/b", platform: "linux" as const };

test("the program in the settings is used, even if it does not exist", () => {
  assert.equal(findProgram({ ...places, setting: "/x/preauth" }, () => true), "/x/preauth");
  assert.equal(findProgram({ ...places, setting: "/x/preauth" }, (path) => path !== "/x/preauth"), undefined);
});

test("the program of the extension is preferred to the one in PATH", () => {
  assert.equal(findProgram(places, () => true), "/ext/server/preauth");
  assert.equal(findProgram(places, (path) => path.startsWith("/b")), "/b/preauth");
  assert.equal(findProgram(places, () => false), undefined);
});

test("only options that are set are passed to the server", () => {
  assert.deepEqual(serverArguments({ config: "", log: "" }), ["lsp"]);
  assert.deepEqual(serverArguments({ config: "a.yaml", log: "b" }), ["lsp", "--config", "a.yaml", "--log", "b"]);
});
