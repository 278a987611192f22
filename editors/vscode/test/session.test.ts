// Sessions of the language server with the protocol library of the Visual Studio Code client.

import assert from "node:assert/strict";
import { spawn, spawnSync, ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as lsp from "vscode-languageserver-protocol/node";

const target = join(__dirname, "../../../target");
const built = ["release", "debug"].map((profile) => join(target, profile, "preauth")).find(existsSync);
const program = process.env["PREAUTH"] ?? built ?? "preauth";
const root = join(realpathSync(mkdtempSync(join(tmpdir(), "preauth-"))), "acme");
const apps = "force-app/main/default/connectedApps";
const uri = (path: string) => pathToFileURL(join(root, path)).href;

let server: ChildProcess;
let connection: lsp.ProtocolConnection;
let exited: Promise<number | null>;
const published = new Map<string, lsp.PublishDiagnosticsParams>();
let noted: (() => void)[] = [];

/** Diagnostics that the server publishes for a version of a document. */
async function diagnostics(path: string, version: number): Promise<lsp.Diagnostic[]> {
  for (;;) {
    const said = published.get(uri(path));
    if (said?.version === version) {
      return said.diagnostics;
    }
    await new Promise<void>((resolve) => noted.push(resolve));
  }
}

const codes = (all: lsp.Diagnostic[]) => all.map((one) => one.code);

async function open(path: string, text = readFileSync(join(root, path), "utf8")): Promise<string> {
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri: uri(path), languageId: "xml", version: 1, text },
  });
  return text;
}

async function change(path: string, version: number, text: string): Promise<void> {
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: uri(path), version },
    contentChanges: [{ text }],
  });
}

function at(text: string, what: string): lsp.Position {
  const before = text.slice(0, text.indexOf(what)).split("\n");
  return { line: before.length - 1, character: before[before.length - 1]!.length };
}

function applied(text: string, edit: lsp.WorkspaceEdit): string {
  const change = edit.documentChanges?.[0] as lsp.TextDocumentEdit;
  const lines = text.split("\n");
  const offset = (place: lsp.Position) =>
    lines.slice(0, place.line).reduce((sum, line) => sum + line.length + 1, 0) + place.character;
  return [...(change.edits as lsp.TextEdit[])]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((now, one) => now.slice(0, offset(one.range.start)) + one.newText + now.slice(offset(one.range.end)), text);
}

before(async () => {
  cpSync(join(__dirname, "../../../fixtures/trees/acme"), root, { recursive: true });
  server = spawn(program, ["lsp", "--as-of", "2026-01-01", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  exited = new Promise((resolve) => server.on("exit", resolve));
  connection = lsp.createProtocolConnection(
    new lsp.StreamMessageReader(server.stdout!),
    new lsp.StreamMessageWriter(server.stdin!),
  );
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
    published.set(params.uri, params);
    const waiting = noted;
    noted = [];
    waiting.forEach((resolve) => resolve());
  });
  connection.listen();
  const result = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: uri(""), name: "acme" }],
    capabilities: {
      general: { positionEncodings: ["utf-16"] },
      textDocument: {
        publishDiagnostics: { relatedInformation: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
      },
      workspace: { workspaceEdit: { documentChanges: true } },
    },
  });
  assert.equal(result.capabilities.positionEncoding, "utf-16");
  await connection.sendNotification(lsp.InitializedNotification.type, {});
});

after(() => connection.dispose());

test("a session from the first document to the exit code", async () => {
  const app = `${apps}/CI_Deploy.connectedApp-meta.xml`;
  const text = await open(app);
  assert.ok(codes(await diagnostics(app, 1)).includes("refresh-token-jwt-bearer"));

  await change(app, 2, text.replace("infinite", "zero"));
  assert.ok(!codes(await diagnostics(app, 2)).includes("refresh-token-jwt-bearer"));
  await change(app, 3, text);
  await diagnostics(app, 3);

  const range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
  const actions = (await connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri: uri(app) },
    range,
    context: { diagnostics: [], only: ["source.fixAll"] },
  })) as lsp.CodeAction[];
  const made = applied(text, actions[0]!.edit!);
  spawnSync(program, ["check", "--fix", "--as-of", "2026-01-01", join(root, app)]);
  assert.equal(made, readFileSync(join(root, app), "utf8"));

  const textDocument = { uri: uri(app) };
  const hover = await connection.sendRequest(lsp.HoverRequest.type, {
    textDocument,
    position: at(text, "isAdminApproved>"),
  });
  assert.match((hover!.contents as lsp.MarkupContent).value, /Admin approved users are pre-authorized/);

  const grant = at(text, "User</permissionSetName>");
  const places = (await connection.sendRequest(lsp.DefinitionRequest.type, { textDocument, position: grant })) as lsp.Location[];
  const set = "force-app/main/default/permissionsets/Integration_User.permissionset-meta.xml";
  assert.equal(places[0]!.uri, uri(set));
  const references = await connection.sendRequest(lsp.ReferencesRequest.type, {
    textDocument,
    position: grant,
    context: { includeDeclaration: false },
  });
  assert.ok(references!.some((place) => place.uri.includes("Payroll_Bridge")));
  const items = (await connection.sendRequest(lsp.CompletionRequest.type, { textDocument, position: grant })) as lsp.CompletionItem[];
  assert.ok(items.some((item) => item.label === "Deployment Robot"));

  const label = await open(set);
  await diagnostics(set, 1);
  await change(set, 2, label.replace("<label>Integration User", "<label>Night Watch"));
  await diagnostics(set, 2);
  const other = published.get(uri(`${apps}/Payroll_Bridge.connectedApp-meta.xml`))!.diagnostics;
  assert.ok(codes(other).some((code) => String(code).startsWith("grant-")));

  const config = await open("preauth.yaml");
  await diagnostics("preauth.yaml", 1);
  await change("preauth.yaml", 2, config.replace("{ severity: error }", "off"));
  await diagnostics("preauth.yaml", 2);
  const shipping = published.get(uri(`${apps}/Shipping_Labels.connectedApp-meta.xml`))!.diagnostics;
  assert.ok(!codes(shipping).includes("refresh-token-never-expires"));

  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
  assert.equal(await exited, 0);
});
