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
