package local

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/project"
)

// TestRemovedStackWithSource: a stack that the model lacks, while its handlers
// are on disk, is not destroyed.
func TestRemovedStackWithSource(t *testing.T) {
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{Root: filepath.Join(t.TempDir(), "[x]"), Module: "example.com/shop", Config: c} // no pattern
	put := func(file, text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	put(p.Local("terraform", "web.tfstate"), `{"resources": [{}]}`)
	source := p.Path("stacks", "web", "web.go")
	put(source, "package web\n\n//seastack:function\nfunc F() {}\n")
	u := &upRun{Environment: &Environment{project: p, config: c.Environments[0]}, model: model.Model{Project: "shop"}}
	var d diag.Diagnostic
	if names, err := u.findRemoved(); !errors.As(err, &d) || d.Code != diag.NotBelieved {
		t.Errorf("findRemoved = %v, %v", names, err)
	}
	if err := os.Remove(source); err != nil {
		t.Fatal(err)
	}
	if names, err := u.findRemoved(); err != nil || !slices.Equal(names, []string{"web"}) {
		t.Errorf("findRemoved = %v, %v", names, err)
	}
}

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
	u := &upRun{Environment: &Environment{project: p, config: c.Environments[0]}, model: model.Model{Project: "shop", Stacks: []model.Stack{{Name: "web"}}}}
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
