package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/upstream"
)

// nameLengthMax bounds a name made from the resource's own; the rest is a random suffix.
const nameLengthMax = 255

func resourceToken(module, name string) tokens.Type {
	return tokens.Type("docker:index/" + module + ":" + name)
}

func functionToken(name string) tokens.ModuleMember {
	return tokens.ModuleMember("docker:index/" + name + ":" + name)
}

// providerInfo says how each upstream resource is called in the npm package.
func providerInfo() tfbridge.ProviderInfo {
	several := tfbridge.False()
	keepName := func(name string) map[string]*tfbridge.SchemaInfo {
		return map[string]*tfbridge.SchemaInfo{name: {Name: name}}
	}
	info := tfbridge.ProviderInfo{
		P:       sdkv2.NewProvider(upstream.Provider(version)),
		Name:    "docker",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"registry_auth": {Name: "registryAuth", MaxItemsOne: several},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container": {
				Tok: resourceToken("container", "Container"),
				Fields: map[string]*tfbridge.SchemaInfo{
					"networks_advanced": {Name: "networksAdvanced", MaxItemsOne: several},
					"command":           {Name: "command"},
				},
				// Two containers can share neither a name nor a published port.
				DeleteBeforeReplace: true,
			},
			"docker_image":          {Tok: resourceToken("remoteImage", "RemoteImage"), Fields: keepName("name")},
			"docker_registry_image": {Tok: resourceToken("registryImage", "RegistryImage")},
			"docker_network":        {Tok: resourceToken("network", "Network")},
			"docker_volume":         {Tok: resourceToken("volume", "Volume")},
			"docker_config":         {Tok: resourceToken("serviceConfig", "ServiceConfig")},
			"docker_secret":         {Tok: resourceToken("secret", "Secret")},
			"docker_service":        {Tok: resourceToken("service", "Service")},
			"docker_plugin":         {Tok: resourceToken("plugin", "Plugin")},
			"docker_tag":            {Tok: resourceToken("tag", "Tag")},
			"docker_buildx_builder": {Tok: resourceToken("buildxBuilder", "BuildxBuilder")},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_registry_image":           {Tok: functionToken("getRegistryImage")},
			"docker_registry_image_manifests": {Tok: functionToken("getRegistryImageManifests")},
			"docker_network":                  {Tok: functionToken("getNetwork")},
			"docker_plugin":                   {Tok: functionToken("getPlugin")},
			"docker_image":                    {Tok: functionToken("getRemoteImage")},
			"docker_logs":                     {Tok: functionToken("getLogs")},
		},
	}
	info.SetAutonaming(nameLengthMax, "-")
	return info
}
