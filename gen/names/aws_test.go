package names_test

import (
	"testing"

	"github.com/seastack/seastack/gen/names"
)

func TestNamesOnAWS(t *testing.T) {
	for want, got := range map[string]string{
		"shop-live":                     names.Shared("shop", "live"),
		"shop-live-parcels-dlq":         names.Shared("shop", "live", names.DeadLetters("parcels")),
		"shop-live-web":                 names.Stack("shop", "live", "web"),
		"shop-live-web-ping":            names.Function("shop", "live", "web", "ping"),
		"/aws/lambda/shop-live-web":     names.LogGroup(names.Stack("shop", "live", "web")),
		"SEASTACK_QUEUE_BIG_PARCEL_URL": names.QueueVariable("big-parcel"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
