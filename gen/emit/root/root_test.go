package root_test

import (
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/root"
	"github.com/seastack/seastack/gen/model"
)

func TestModulesAreFoundFromAnyTerraformFolder(t *testing.T) {
	m := model.Model{Stacks: []model.Stack{{Name: "web"}}}
	for _, folder := range []string{".", "terraform", "deploy/aws"} {
		c := config.Config{Folders: config.Folders{Terraform: folder}, Environments: []config.Environment{{Name: config.Local}}}
		files := root.Files(m, c)
		web := files[len(files)-1]
		if got := string(web.Content); !strings.Contains(got, `source = "../../../stacks/web"`) {
			t.Errorf("folder %q: %s gives\n%s", folder, web.Path, got)
		}
	}
}

// TestPublicURLsNeedTheProviderThatPermitsThem: on AWS, and where there are any.
func TestPublicURLsNeedTheProviderThatPermitsThem(t *testing.T) {
	const usual, newer = `">= 6.13, < 7"`, `">= 6.13, < 7, >= 6.28"`
	for auth, want := range map[string]string{model.Public: newer, model.IAMAuth: usual} {
		trigger := model.Trigger{Kind: model.StreamTrigger, Stream: &model.Stream{Auth: auth}}
		f := model.Function{Name: "feed", Trigger: trigger}
		m := model.Model{Stacks: []model.Stack{{Name: "live", Functions: []model.Function{f}}}}
		c := config.Config{Provider: config.DefaultProvider, Environments: []config.Environment{
			{Name: config.Local}, {Name: "production", Backend: &config.S3Backend{}},
		}}
		for _, f := range root.Files(m, c) {
			want := want
			if strings.Contains(f.Path, "/local/") || strings.Contains(f.Path, "/platform/") {
				want = usual
			}
			if strings.HasSuffix(f.Path, "main.gen.tf") && !strings.Contains(string(f.Content), "version = "+want) {
				t.Errorf("auth=%s: %s does not ask for %s:\n%s", auth, f.Path, want, f.Content)
			}
		}
	}
}
