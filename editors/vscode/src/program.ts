import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the program may be looked for. */
export interface Places {
  /** The path from the settings; empty if there is none. */
  setting: string;
  /** The folder of the extension. */
  extension: string;
  /** The variable `PATH`. */
  path: string;
  platform: NodeJS.Platform;
}

/** The program: the one from the settings, or that of the extension, or that of `PATH`; `undefined` if there is none. */
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

/** The arguments of the server. */
export function serverArguments(settings: { config: string; log: string }): string[] {
  const given = (flag: string, value: string) => (value === "" ? [] : [flag, value]);
  return ["lsp", ...given("--config", settings.config), ...given("--log", settings.log)];
}
