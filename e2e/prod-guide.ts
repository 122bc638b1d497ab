import { commandsOf } from "./document-commands.ts";
import { asOwn, oracleGuide, SECTIONS, settingsOfGuide } from "./oracle-guide.ts";
import { writeOracleConfig } from "./oracle-sign-in.ts";
import { fillProdSettings, uncommentCertificates, yourSettings } from "./prod-settings.ts";
import type { ProdStack } from "./prod-stack.ts";
import type { PublicAuthority } from "./public-authority.ts";
import type { StateBucket } from "./state-bucket.ts";

/** Somebody who does what the guide says, and nothing else. */
export type GuideReader = {
  signIn(): Promise<void>;
  saySettings(): Promise<void>;
  /** Resolves with what each command has printed. */
  bringUp(): Promise<string[]>;
  /** From an authority of one's own: no emulated machine reaches Let's Encrypt. */
  takeCertificate(from: PublicAuthority): Promise<string[]>;
};

/** What this person has in place of what the guide leaves open. Nothing else in its commands is changed. */
function placeholders(bucket: StateBucket): Record<string, string> {
  return {
    "AWS_ACCESS_KEY_ID=…": `AWS_ACCESS_KEY_ID=${bucket.accessKey}`,
    "AWS_SECRET_ACCESS_KEY=…": `AWS_SECRET_ACCESS_KEY=${bucket.secretKey}`,
    "PULUMI_CONFIG_PASSPHRASE=…": "PULUMI_CONFIG_PASSPHRASE='boats for everybody'",
    "https://NAMESPACE.compat.objectstorage.eu-frankfurt-1.oraclecloud.com": bucket.url,
  };
}

/** Reads the guide of the stack's checkout. The state is to be in the bucket. */
export function guideReader(stack: ProdStack, bucket: StateBucket): GuideReader {
  const guide = oracleGuide(stack.checkout.root);
  const yours = placeholders(bucket);
  // They say yes to what Pulumi asks.
  stack.env.PULUMI_SKIP_CONFIRMATIONS = "true";
  const follow = async (section: string) => {
    const printed: string[] = [];
    for (const command of commandsOf(guide, section)) printed.push(await typed(stack, asOwn(command, yours)));
    return printed;
  };
  return {
    async signIn() {
      writeOracleConfig(stack);
      await follow(SECTIONS.signIn);
    },
    async saySettings() {
      const known = Object.keys(yourSettings(stack.tenancy));
      const told = settingsOfGuide(guide);
      if (told.join() !== known.join()) throw new Error(`The guide has people set ${told}, not ${known}`);
      fillProdSettings(stack.checkout.root, stack.tenancy);
      await follow(SECTIONS.settings);
    },
    bringUp: () => follow(SECTIONS.up),
    takeCertificate({ directoryUrl, roots }) {
      uncommentCertificates(stack.checkout.root);
      const settings = { email: "operator@boats.example", authority: directoryUrl, authorityRoot: roots };
      for (const [name, value] of Object.entries(settings)) stack.set(["slipway:certificates", name], value);
      return follow(SECTIONS.certificate);
    },
  };
}

/** Types a command in the person's one shell: what it exports is there for all after it. */
async function typed(stack: ProdStack, command: string): Promise<string> {
  if (!command.startsWith("export ")) return stack.typed(command);
  const names = [...command.matchAll(/(\w+)=/g)].map(([, name = ""]) => name);
  const exported = await stack.typed(`${command}\nenv`);
  for (const name of names) stack.env[name] = new RegExp(`^${name}=(.*)$`, "m").exec(exported)?.[1] ?? "";
  return "";
}
