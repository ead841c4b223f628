package front_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/front"
)

// TestArchitecturesAreTheModels compares what the parser alone finds with the
// model.
func TestArchitecturesAreTheModels(t *testing.T) {
	root := unpack(t, parse(t, filepath.Join("testdata", "async.txtar")))
	cfg, err := config.Load(root, modulePath)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := gen.Model(t.Context(), root, cfg)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			want[s.Name+"/"+f.Name] = f.Architecture
		}
	}
	got, err := front.Architectures(root, cfg.Folders)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v; -model +parser:\n%s", err, diff)
	}
	if got["work/both"] != "arm64" || got["work/clock-tick"] != "x86_64" {
		t.Errorf("got %v", got)
	}
}
