// The object store's server: upstream MinIO, started the way its own main does, after its credential
// files have been checked. The module's path lies under upstream's, because Go lets only such a module
// import upstream's internal/init, which upstream's own main imports first.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	// Must be first: upstream's main does the same.
	_ "github.com/minio/minio/internal/init"

	minio "github.com/minio/minio/cmd"
)

// Upstream ignores a credential file that is absent and then serves with its public default password.
var credentialFiles = []string{"MINIO_ROOT_USER_FILE", "MINIO_ROOT_PASSWORD_FILE"}

func main() {
	for _, name := range credentialFiles {
		if err := checkCredentialFile(os.Getenv(name)); err != nil {
			fmt.Fprintf(os.Stderr, "minio: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
	minio.Main(commandLine(os.Args))
}

// commandLine accepts both forms of the official image: `server /data` and `minio server /data`.
func commandLine(args []string) []string {
	if len(args) > 1 && args[1] == "minio" {
		return append([]string{args[0]}, args[2:]...)
	}
	return args
}

// checkCredentialFile finds the file as upstream does: under /run/secrets first, else as a path.
func checkCredentialFile(path string) error {
	if path == "" {
		return nil
	}
	if secret := filepath.Join("/run/secrets", path); isFile(secret) {
		path = secret
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		return fmt.Errorf("%s is empty", path)
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
