package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// propertyNames lists every property path, in Pulumi's names, by resource token; "[]" marks a list of objects.
// A test compares it with the types of the npm package.
func propertyNames(info tfbridge.ProviderInfo) map[string][]string {
	names := map[string][]string{"provider": pathsOf("", info.P.Schema(), info.Config)}
	for upstreamName, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(upstreamName).Schema()
		names[string(resource.Tok)] = pathsOf("", schema, resource.Fields)
	}
	return names
}

func pathsOf(prefix string, schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo) []string {
	paths := []string{}
	schema.Range(func(key string, value shim.Schema) bool {
		path := prefix + tfbridge.TerraformToPulumiNameV2(key, schema, fields)
		field := fields[key]
		nested, isObject := value.Elem().(shim.Resource)
		isList := value.Type() == shim.TypeList || value.Type() == shim.TypeSet
		if isList && !tfbridge.IsMaxItemsOne(value, field) {
			path += "[]"
		}
		paths = append(paths, path)
		if isObject {
			paths = append(paths, pathsOf(path+".", nested.Schema(), nestedFields(field))...)
		}
		return true
	})
	return paths
}

func nestedFields(field *tfbridge.SchemaInfo) map[string]*tfbridge.SchemaInfo {
	if field == nil || field.Elem == nil {
		return nil
	}
	return field.Elem.Fields
}
