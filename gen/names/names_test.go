package names_test

import (
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

func TestFromRootFollowsTheDepthOfTheTerraformFolder(t *testing.T) {
	for folder, want := range map[string]string{
		"terraform":      "../../../../x",
		"deploy/aws/hcl": "../../../../../../x",
	} {
		if got := names.FromRoot(config.Folders{Terraform: folder}, "x"); got != want {
			t.Errorf("FromRoot in %q = %q, want %q", folder, got, want)
		}
	}
}

func TestFunctionFileKeepsTheModulesOwnNames(t *testing.T) {
	for function, want := range map[string]string{
		"notes-read": "notes-read",
		"outputs":    "outputs_function",
	} {
		if got := names.FunctionFile(function); got != want {
			t.Errorf("FunctionFile(%q) = %q, want %q", function, got, want)
		}
	}
}

func TestHandler(t *testing.T) {
	if got := names.Handler(model.Handler{Package: "example.com/m/stacks/web", Receiver: "Notes", Name: "Read"}); got != "web.(*Notes).Read" {
		t.Error(got)
	}
	if got := names.Handler(model.Handler{Package: "example.com/m/stacks/web", Name: "Sweep"}); got != "web.Sweep" {
		t.Error(got)
	}
}

// TestStatementsOfBuckets: no bucket's statements are called as another's, or as one
// that every function has.
func TestStatementsOfBuckets(t *testing.T) {
	taken := map[string]string{
		"WriteLogs": "logs", "WriteTraces": "tracing", "ReadParameters": "variables", "ReadSecrets": "variables",
		"ReadDatabaseURLs": "the database", "KeepDeadLetters": "dead letters", "JoinNetwork": "the network",
	}
	for _, bucket := range []string{"logs", "traces", "parameters", "secrets", "uploads", "uploads-list", "uploads/list/x/"} {
		read, write := model.Grant{Kind: model.BucketReadGrant, Resource: bucket}, model.Grant{Kind: model.BucketWriteGrant, Resource: bucket}
		for _, sid := range []string{names.Statement(read), names.ListStatement(read), names.Statement(write)} {
			if other := taken[sid]; other != "" {
				t.Errorf("%s is of %s and of the bucket %s", sid, other, bucket)
			}
			taken[sid] = "the bucket " + bucket
		}
	}
}
