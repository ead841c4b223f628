package logs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// cloud is a local cloud with CloudWatch Logs only.
type cloud struct {
	*wiretest.Cloud[*Service]
	*cloudwatchlogs.Client
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	c := wiretest.Start(t, New)
	return &cloud{c, cloudwatchlogs.NewFromConfig(c.Config(t))}
}
