import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Places to search for the program. */
export interface Places {
  /** The path in the settings; empty if not set. */
  setting: string;
  /** The folder of the extension. */
  extension: string;
  /** The variable `PATH`. */
  path: string;
  platform: NodeJS.Platform;
}

/** Finds the program: in the settings, in the extension, or in `PATH`. `undefined` if not found. */
export function findProgram(
  places: Places,
  isProgram: (path: string) => boolean = isExecutable,
): string | undefined {
  const name = places.platform === "win32" ? "preauth.exe" : "preauth";
  if (places.setting !== "") {
    return isProgram(places.setting) ? places.setting : undefined;
  }
  const folders = [join(places.extension, "server"), ...places.path.split(delimiter).filter((folder) => folder !== "")];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the arguments of the server. */
export function serverArguments(settings: { config: string; log: string }): string[] {
  const option = (flag: string, value: string) => (value === "" ? [] : [flag, value]);
  return ["lsp", ...option("--config", settings.config), ...option("--log", settings.log)];
}
