package emit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/seastack/seastack/gen/emit"
)

// addressed are the resources that requests, messages and times are sent to.
var addressed = []string{
	"aws_apigatewayv2_route", "aws_lambda_event_source_mapping", "aws_lambda_function_url", "aws_scheduler_schedule",
}

// TestWhatAnswersGoesLast shows that whatever a route, a mapping or a schedule
// leads to is created before and destroyed after it is updated: one resource
// without the flag is enough for Terraform to destroy it first.
func TestWhatAnswersGoesLast(t *testing.T) {
	seen := 0
	for _, dir := range cases(t) {
		m, c := load(t, dir)
		files, _ := emit.Files(m, c)
		for _, f := range files {
			if !strings.Contains(f.Path, "/stacks/") && !strings.Contains(f.Path, "/modules/function/") || !strings.HasSuffix(f.Path, ".tf") {
				continue
			}
			file, diags := hclwrite.ParseConfig(f.Content, f.Path, hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			for _, b := range file.Body().Blocks() {
				if b.Type() != "resource" {
					continue
				}
				seen++
				if got, want := kept(b), !slices.Contains(addressed, b.Labels()[0]); got != want {
					t.Errorf("%s: %s: create_before_destroy is %t, want %t", f.Path, strings.Join(b.Labels(), "."), got, want)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no case has a stack's resources")
	}
}

func kept(b *hclwrite.Block) bool {
	lifecycle := b.Body().FirstMatchingBlock("lifecycle", nil)
	if lifecycle == nil {
		return false
	}
	a := lifecycle.Body().GetAttribute("create_before_destroy")
	return a != nil && strings.TrimSpace(string(a.Expr().BuildTokens(nil).Bytes())) == "true"
}
