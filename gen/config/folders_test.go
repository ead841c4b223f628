package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFoldersOnDisk: a folder that is something else on disk would have nothing
// in it.
func TestFoldersOnDisk(t *testing.T) {
	for _, c := range []struct {
		name, hcl string
		plant     func(root string) error
		want      string // in the error; "" where there is none
	}{
		{"nothing is there", "", func(string) error { return nil }, ""},
		{"a folder", "", func(root string) error { return os.Mkdir(filepath.Join(root, "stacks"), 0o755) }, ""},
		{"a link", "", func(root string) error { return os.Symlink(os.TempDir(), filepath.Join(root, "stacks")) },
			`seastack.hcl: SEA3004: folder "stacks" of stacks is a symbolic link`},
		{"a link to itself", "", func(root string) error { return os.Symlink("stacks", filepath.Join(root, "stacks")) },
			`seastack.hcl: SEA3004: folder "stacks" of stacks is a symbolic link`},
		{"a link above", "folders {\n  stacks = \"a/b\"\n}\n", func(root string) error { return os.Symlink(os.TempDir(), filepath.Join(root, "a")) },
			`seastack.hcl:2:3: SEA3004: folder "a" of stacks is a symbolic link`},
		{"a file", "folders {\n  terraform = \"infra\"\n}\n", func(root string) error { return os.WriteFile(filepath.Join(root, "infra"), nil, 0o644) },
			`seastack.hcl:2:3: SEA3004: folder "infra" of terraform is a file`},
		{"a link above two", "", func(root string) error {
			return os.Symlink(os.TempDir(), filepath.Join(root, "core"))
		}, `folder "core" of services is a symbolic link`},
	} {
		root := t.TempDir()
		if err := c.plant(root); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, FileName), []byte(c.hcl), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Load(root, "example.com/hiring")
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestFoldersThatAreFine(t *testing.T) {
	for _, hcl := range []string{
		`folders { stacks = "apps" }`, "folders {\n  services = \"core\"\n  migrations = \"core/db\"\n}",
		"folders {\n  services = \"internal/domain\"\n  stacks = \"internal/stacks\"\n  terraform = \".infra\"\n}",
		"folders {\n  migrations = \"core/db\"\n}", // the analytics store's, by default, are below
		"folders {\n  migrations = \"sql\"\n  analytics_migrations = \"sql/analytics\"\n}",
	} {
		if _, err := Parse([]byte(hcl), "example.com/hiring"); err != nil {
			t.Errorf("%s: %v", hcl, err)
		}
	}
}
