import * as vscode from "vscode";

/** A finding to waive: its file, code and range. */
export interface Waived {
  uri: string;
  code: string;
  range: unknown;
}

/** Asks for the reason of a waiver, and lets the server write it into the configuration. */
export async function askReason(
  waived: Waived,
  execute: (command: string, ...args: unknown[]) => Promise<unknown>,
): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `Waive ${waived.code}`,
    prompt: "Why do you accept this finding? The reason is written to preauth.yaml, with an expiry date.",
    validateInput: (text) => (text.trim() === "" ? "A waiver needs a reason." : undefined),
  });
  if (reason === undefined) {
    return;
  }
  const done = await execute("preauth.waive", { ...waived, reason });
  if (done !== true) {
    void vscode.window.showWarningMessage(
      "The waiver could not be written: either `waivers` in preauth.yaml is on one line, or the finding no longer exists.",
    );
  }
}
