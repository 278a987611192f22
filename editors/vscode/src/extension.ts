import * as vscode from "vscode";
import { LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import { findProgram, serverArguments } from "./program";
import { contributePolicySchema } from "./schemas";
import { Waived, askReason } from "./waive";

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let status: vscode.StatusBarItem;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("preauth", { log: true });
  status = vscode.window.createStatusBarItem("preauth.status", vscode.StatusBarAlignment.Left);
  status.name = "preauth";
  status.command = "preauth.check";
  const command = (id: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(id, run);
  context.subscriptions.push(
    output,
    status,
    command("preauth.check", check),
    command("preauth.fixAllSafe", () => execute("preauth.fixAll")),
    command("preauth.showApps", () => showApps(context)),
    command("preauth.restart", () => restart(context)),
    command("preauth.showLog", () => output.show()),
    command("preauth.askReason", (waived: Waived) => askReason(waived, execute)),
    vscode.languages.onDidChangeDiagnostics(showCount),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("preauth")) {
        void restart(context);
      }
    }),
    vscode.workspace.registerTextDocumentContentProvider("preauth", {
      provideTextDocumentContent: async (uri) => {
        const content = await client?.sendRequest<{ text: string }>("workspace/textDocumentContent", {
          uri: uri.toString(true),
        });
        return content?.text ?? "";
      },
    }),
  );
  void contributePolicySchema(context);
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(context: vscode.ExtensionContext): Promise<void> {
  await client?.dispose();
  client = undefined;
  await start(context);
}

function program(context: vscode.ExtensionContext): string | undefined {
  const settings = vscode.workspace.getConfiguration("preauth");
  return findProgram({
    setting: settings.get("path", ""),
    extension: context.extensionPath,
    path: process.env["PATH"] ?? "",
    platform: process.platform,
  });
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const settings = vscode.workspace.getConfiguration("preauth");
  if (!settings.get("enable", true)) {
    status.hide();
    return;
  }
  const command = program(context);
  if (command === undefined) {
    show("$(error) preauth", "The program `preauth` was not found: install it, or set `preauth.path`.");
    const choice = await vscode.window.showErrorMessage(
      "The program `preauth` was not found. Install it in a folder of PATH, or set its path in the settings.",
      "Open the settings",
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "preauth.path");
    }
    return;
  }
  const args = serverArguments({ config: settings.get("config", ""), log: settings.get("log", "") });
  client = new LanguageClient(
    "preauth",
    "preauth",
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: [
        { scheme: "file", pattern: "**/*-meta.xml" },
        { scheme: "file", pattern: "**/*.{connectedApp,profile,permissionset,permissionsetgroup,settings}" },
        { scheme: "file", pattern: "**/*.{yaml,yml}" },
      ],
      initializationOptions: { asksReasons: true },
      outputChannel: output,
    },
  );
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      // The provider above reads the built-in policies.
      const workspace = (capabilities.workspace ??= {}) as Record<string, unknown>;
      workspace["textDocumentContent"] = {};
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Starting) {
      show("$(sync~spin) preauth", `Starting ${command}`);
    } else if (newState === State.Running) {
      showCount();
    } else {
      show("$(warning) preauth", "The server has stopped.");
    }
  });
  try {
    await client.start();
  } catch (error) {
    show("$(error) preauth", `${command} could not be started: ${String(error)}`);
    output.error(String(error));
  }
}

function show(text: string, tooltip: string): void {
  status.text = text;
  status.tooltip = tooltip;
  status.show();
}

/** Shows the number of findings in the status bar. */
function showCount(): void {
  if (client?.state !== State.Running) {
    return;
  }
  const all = vscode.languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics);
  const own = all.filter((one) => one.source === "preauth" && one.severity !== vscode.DiagnosticSeverity.Hint);
  const errors = own.filter((one) => one.severity === vscode.DiagnosticSeverity.Error).length;
  const icon = errors > 0 ? "$(error)" : own.length > 0 ? "$(warning)" : "$(check)";
  show(`${icon} preauth ${own.length}`, `${errors} errors and ${own.length - errors} other findings`);
}

async function execute(command: string, ...args: unknown[]): Promise<unknown> {
  if (client?.state !== State.Running) {
    void vscode.window.showWarningMessage("The preauth server is not running.");
    return undefined;
  }
  return client.sendRequest("workspace/executeCommand", { command, arguments: args });
}

async function check(): Promise<void> {
  const result = (await execute("preauth.checkWorkspace")) as { findings: number } | undefined;
  if (result !== undefined) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    vscode.window.setStatusBarMessage(`preauth: ${result.findings} findings`, 5000);
  }
}

/** Shows the list of apps in a terminal, where its columns have enough space. */
function showApps(context: vscode.ExtensionContext): void {
  const command = program(context);
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (command === undefined || folder === undefined) {
    void vscode.window.showWarningMessage("To see the apps, open the folder of an SFDX project and install `preauth`.");
    return;
  }
  const task = new vscode.Task(
    { type: "preauth" },
    folder,
    "apps",
    "preauth",
    new vscode.ProcessExecution(command, ["apps"], { cwd: folder.uri.fsPath }),
  );
  task.presentationOptions = { clear: true, focus: true };
  void vscode.tasks.executeTask(task);
}
