import { expect, test } from "vitest";
import { renderRcloneConfig } from "./rclone-config.ts";

const keys = { accessKeyFile: "/user", secretKeyFile: "/password" };
const store = {
  ...{ ...keys, endpoint: "https://object-store:9000", region: "us-east-1", pathStyle: true },
};

test("rclone's configuration encrypts what it puts into a repository, by the one key", () => {
  const text = renderRcloneConfig(
    {
      objects: { ...store, bucket: "app" },
      repositories: [{ ...store, name: "store", bucket: "b", makeBucket: true }],
    },
    "scrambled",
    (path) => `content of ${path}`,
  );
  expect(text).toContain("[objects]\ntype = s3\n");
  expect(text).toContain("access_key_id = content of /user\nsecret_access_key = content of /password\n");
  expect(text).toContain(
    "[store]\ntype = crypt\nremote = store-s3:b\nfilename_encryption = off\ndirectory_name_encryption = false\npassword = scrambled\n",
  );
});
