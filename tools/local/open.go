package local

import (
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/localcloud/dashboard"
)

// Dashboard returns the URL of the dashboard, whether it is up or not; "" where the
// environment runs on somebody else's AWS, which has none.
func (e *Environment) Dashboard() string {
	if e.foreign != "" {
		return ""
	}
	return e.cloud.Endpoint() + dashboard.Path
}

// RequireDashboard returns the URL of the dashboard. The error is a diag.Diagnostic,
// SEA5011, when the local cloud does not run, and SEA5070 when another AWS runs in its
// place.
func (e *Environment) RequireDashboard() (string, error) {
	if err := e.RequireUp(); err != nil {
		return "", err
	}
	url := e.Dashboard()
	if url == "" {
		return "", diag.Diagnostic{Code: diag.NoDashboard, Message: "the AWS at " + e.foreign + " has no dashboard",
			Next: "unset AWS_ENDPOINT_URL to use the local cloud and run: seastack up"}
	}
	return url, nil
}
