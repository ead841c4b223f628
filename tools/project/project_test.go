package project

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

// module writes files, and returns the folder with links resolved.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFind(t *testing.T) {
	root := module(t, map[string]string{
		"go.mod": "module example.com/shop/v2\n", "seastack.hcl": "folders {\n  terraform = \"infra\"\n}\n",
		"stacks/web/web.go": "", "third/lib/go.mod": "module example.com/lib\n", "third/lib/x/x.go": "",
	})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dir, root, module, project string }{
		{root, root, "example.com/shop/v2", "shop"},
		{filepath.Join(root, "stacks", "web"), root, "example.com/shop/v2", "shop"},
		{filepath.Join(root, "no", "such", "folder"), root, "example.com/shop/v2", "shop"},
		{filepath.Join(root, "third", "lib", "x"), filepath.Join(root, "third", "lib"), "example.com/lib", "lib"},
		{link, root, "example.com/shop/v2", "shop"},
	} {
		p, err := Find(c.dir)
		if err != nil || p.Root != c.root || p.Module != c.module || p.Config.Project != c.project {
			t.Errorf("%s: got %s, %s, %s, %v", c.dir, p.Root, p.Module, p.Config.Project, err)
		}
	}
}

func TestFindFromTheWorkingFolder(t *testing.T) {
	root := module(t, map[string]string{"go.mod": "module example.com/shop\n", "a/a.go": ""})
	t.Chdir(filepath.Join(root, "a"))
	if p, err := Find("."); err != nil || p.Root != root {
		t.Errorf("got %s, %v", p.Root, err)
	}
}

func TestFindFails(t *testing.T) {
	for _, c := range []struct{ name, dir, code string }{
		{"no go.mod", "/", "SEA3009"},
		{"no module line", module(t, map[string]string{"go.mod": "go 1.26\n"}), "SEA3010"},
		{"a name that AWS does not take", module(t, map[string]string{"go.mod": "module example.com/Shop\n"}), "SEA3002"},
	} {
		_, err := Find(c.dir)
		var d diag.Diagnostic
		var list diag.List
		if errors.As(err, &list) {
			d = list[0]
		}
		if !errors.As(err, &d) && list == nil || d.Code != c.code || d.Next == "" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestPaths(t *testing.T) {
	root := module(t, map[string]string{"go.mod": "module example.com/shop\n", "seastack.hcl": "folders {\n  terraform = \"infra/tf\"\n}\n"})
	p, err := Find(root)
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]string{
		".seastack/artifacts":                   p.Artifacts(),
		".seastack/cache":                       p.Cache(),
		".seastack/local":                       p.Local(),
		".seastack/local/terraform/web.tfstate": p.Local("terraform", "web.tfstate"),
		"infra/tf/envs/live/web":                p.EnvRoot("live", "web"),
		"infra/tf/envs/live":                    p.EnvRoot("live", ""),
		"a/b/c":                                 p.Path("a/b", "c"),
	} {
		if got != filepath.Join(root, filepath.FromSlash(want)) {
			t.Errorf("got %s, want %s below %s", got, want, root)
		}
	}
}
