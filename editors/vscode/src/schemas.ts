import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";

/** Interface of the YAML extension of Red Hat for other extensions. */
interface YamlExtension {
  registerContributor(
    schema: string,
    requestSchema: (resource: string) => string | undefined,
    requestSchemaContent: (uri: string) => string,
  ): boolean;
}

/** URI scheme of the policy schema. */
const SCHEMA = "preauth-schema";

/** Lets the YAML extension, if it is installed, complete and check policies. */
export async function contributePolicySchema(context: vscode.ExtensionContext): Promise<void> {
  const extension = vscode.extensions.getExtension<YamlExtension>("redhat.vscode-yaml");
  const yaml = await extension?.activate();
  yaml?.registerContributor?.(
    SCHEMA,
    (resource) => {
      const uri = vscode.Uri.parse(resource);
      return uri.scheme === "file" && isPolicy(uri.fsPath) ? `${SCHEMA}://policy` : undefined;
    },
    () => readFileSync(join(context.extensionPath, "schemas", "policy.schema.json"), "utf8"),
  );
}

/** True if a YAML file is in a folder `policies` next to a `preauth.yaml`. Other YAML files are not policies. */
export function isPolicy(path: string, exists: (path: string) => boolean = existsSync): boolean {
  if (!/\.ya?ml$/.test(path)) {
    return false;
  }
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    if (/[\\/]policies$/.test(folder) && exists(join(dirname(folder), "preauth.yaml"))) {
      return true;
    }
  }
  return false;
}
