package apigateway

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// cloud is a local cloud with API Gateway only, and a function in the test.
type cloud struct {
	*wiretest.Cloud[*Service]
	*apigatewayv2.Client
	function function
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	c := &cloud{}
	c.Cloud = wiretest.Start(t, func(env *wire.Env) (*Service, error) {
		return New(env, &c.function, WithAccessLog(c.function.log))
	})
	c.Client = apigatewayv2.NewFromConfig(c.Config(t))
	return c
}
