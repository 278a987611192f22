import * as vscode from "vscode";

/** A finding that somebody wants to waive: its file, code and range. */
export interface Waived {
  uri: string;
  code: string;
  range: unknown;
}

/** Asks for the reason of a waiver, and has it written into the configuration. */
export async function askReason(
  waived: Waived,
  execute: (command: string, ...args: unknown[]) => Promise<unknown>,
): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `Waive ${waived.code}`,
    prompt: "Why does it stay as it is? The reason goes into preauth.yaml, with a day on which the waiver expires.",
    validateInput: (text) => (text.trim() === "" ? "A waiver needs a reason." : undefined),
  });
  if (reason === undefined) {
    return;
  }
  const done = await execute("preauth.waive", { ...waived, reason });
  if (done !== true) {
    void vscode.window.showWarningMessage(
      "The waiver could not be written: preauth.yaml has waivers in one line, or the finding is gone.",
    );
  }
}
