// The docker plugin: the upstream Docker provider behind Pulumi's provider protocol, with the tokens and property
// names of the npm package @pulumi/docker. docker.Image is not in it: RemoteImage and RegistryImage are.
//
// Usage: pulumi-resource-docker [engine address] | -names (prints the Pulumi name of every property as JSON)
package main

import (
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// version is the npm package's; set at build.
var version = "5.2.0"

// The engine asks for the schema only where a program is written in YAML or code is generated; neither happens here.
var schema = []byte(`{"name":"docker","version":"` + version + `"}`)

func main() {
	info := providerInfo()
	if len(os.Args) == 2 && os.Args[1] == "-names" {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(propertyNames(info)); err != nil {
			panic(err)
		}
		return
	}
	tfbridge.Main("docker", version, info, schema)
}
