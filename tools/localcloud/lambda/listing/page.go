// Package listing cuts the lists of Lambda's API into pages.
package listing

import (
	"strconv"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The largest MaxItems of most lists, and of lists of configurations. A page
// never has more than perPage items.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
const (
	MaxItems   = 10000
	MaxConfigs = 50
	perPage    = 50
)

// Page returns one page of a list, whose MaxItems is limit at most, and the
// marker of the next page: the index of its first item.
func Page[T any](c *wire.Call, all []T, limit int) ([]T, *string, error) {
	start, most := 0, perPage
	var v apierror.Violations
	if m := c.Query.Get("Marker"); m != "" {
		n, err := strconv.Atoi(m)
		if err != nil || n < 0 {
			return nil, nil, apierror.Invalid("Invalid Marker")
		}
		start = min(n, len(all))
	}
	if m := c.Query.Get("MaxItems"); m != "" {
		n, err := strconv.Atoi(m)
		if err != nil {
			n = 0
		}
		v.Between(&n, "maxItems", 1, limit)
		most = min(n, perPage)
	}
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	end := min(start+most, len(all))
	items := append([]T{}, all[start:end]...)
	if end == len(all) {
		return items, nil, nil
	}
	next := strconv.Itoa(end)
	return items, &next, nil
}
