package dev

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/project"
)

func TestClassify(t *testing.T) {
	p := project.Project{Root: "/m", Config: config.Config{Folders: config.Folders{Stacks: "stacks", Migrations: "core/db/migrations"}}}
	for path, want := range map[string]string{
		"core/services/a/a.go":                              "code",
		"core/services/a/a_test.go":                         "",
		"core/services/a/mail.html":                         "code", // it may be embedded
		"../shared/a.go":                                    "code",
		"stacks/web/web.go":                                 "code",
		"stacks/web/lambda/a/main.go":                       "",
		"terraform/stacks/web/web.gen.tf":                   "",
		"terraform/stacks/web/alarms.tf":                    "settings",
		"terraform/envs/local/web/x.tfvars":                 "settings",
		"terraform/envs/local/web/artifacts.json":           "",
		"terraform/envs/local/web/terraform.tfstate.backup": "",
		"core/db/migrations/00001_a.sql":                    "settings",
		"seastack.hcl":                                      "settings",
		"go.mod":                                            "settings",
		"go.sum":                                            "settings",
		".":                                                 "settings",
	} {
		got := ""
		switch w := classify(p, []string{filepath.Join("/m", path)}); {
		case w.settings:
			got = "settings"
		case len(w.code) > 0:
			got = "code"
			if w.code[0] != path {
				t.Errorf("%s is called %s", path, w.code[0])
			}
		}
		if got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestReached(t *testing.T) {
	c := inputs.Closure{
		Packages: map[string]inputs.Package{
			"m/greet": {Dir: "greet", Files: map[string]string{"greet.go": "1", "mail.html": "2"}},
			"m/web":   {Dir: "stacks/web", Files: map[string]string{"hello.go": "1", "bye.go": "2"}},
		},
		Functions: map[string]inputs.Inputs{
			"web/hello": {Packages: []string{"m/greet", "m/web"}, Stacked: "m/web", Slice: &inputs.Package{Dir: "stacks/web", Files: map[string]string{"hello.go": "1"}}},
			"web/bye":   {Packages: []string{"m/web"}, Stacked: "m/web", Slice: &inputs.Package{Dir: "stacks/web", Files: map[string]string{"bye.go": "2"}}},
		},
	}
	for _, test := range []struct {
		file string
		want []string
		near bool
	}{
		{"greet/greet.go", []string{"web/hello"}, true},
		{"greet/mail.html", []string{"web/hello"}, true},
		{"greet/new.go", nil, true},
		{"stacks/web/bye.go", []string{"web/bye"}, true},
		{"docs/a.go", nil, false},
		{"a.go", nil, false},
	} {
		got, near := reached(c, []string{test.file})
		if diff := cmp.Diff(test.want, got); diff != "" || near != test.near {
			t.Errorf("%s: near %v (-want +got):\n%s", test.file, near, diff)
		}
	}
}
