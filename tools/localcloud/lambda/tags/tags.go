// Package tags checks the tags of Lambda's resources.
package tags

import (
	"maps"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/tagset"
)

// maxTags is the most tags that a resource may have.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
const maxTags = 50

// Check returns AWS's error if a resource must not have these tags.
func Check(tags map[string]string) error {
	if key := tagset.Reserved(slices.Sorted(maps.Keys(tags))...); key != "" {
		return apierror.Invalid("aws: prefixed tag key names are not allowed for external use: %s", key)
	}
	if len(tags) > maxTags {
		return apierror.Invalid("Number of tags exceeds resource tag limit.")
	}
	return nil
}
