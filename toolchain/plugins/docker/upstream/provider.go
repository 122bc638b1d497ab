// Package upstream opens the Docker provider's internal package. Only a module whose path lies below the provider's
// own may import it, hence this module's name.
package upstream

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// Provider returns a new instance of the upstream provider.
func Provider(version string) *schema.Provider {
	return provider.New(version)()
}
