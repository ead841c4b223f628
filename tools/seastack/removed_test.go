package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/project"
)

// A state that is empty says nothing about those after it.
func TestFindRemovedLooksAtEveryState(t *testing.T) {
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{Root: t.TempDir(), Module: "example.com/shop", Config: c}
	if err := os.MkdirAll(p.Local("terraform"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, state := range map[string]string{
		"a-empty": `{"resources": []}`, "b-gone": `{"resources": [{}]}`, "c-cut-off": `{"reso`,
		"platform": `{"resources": [{}]}`, "web": `{"resources": [{}]}`,
	} {
		if err := os.WriteFile(p.Local("terraform", name+".tfstate"), []byte(state), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	u := &up{laptop: laptop{project: p, env: c.Environments[0]}, model: model.Model{Project: "shop", Stacks: []model.Stack{{Name: "web"}}}}
	names, err := u.findRemoved()
	if want := []string{"b-gone", "c-cut-off"}; err != nil || !slices.Equal(names, want) {
		t.Fatalf("findRemoved = %v, %v; want %v", names, err, want)
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(p.EnvRoot(config.Local, name), "main.gen.tf")); err != nil {
			t.Error(err)
		}
	}
}
