package main

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadBuild(t *testing.T) {
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}}
	for _, c := range []struct {
		name string
		info debug.BuildInfo
		want version
		note string
	}{
		{"in its own checkout", debug.BuildInfo{Main: debug.Module{Path: module, Version: "(devel)"}, Settings: revision},
			version{Seastack: "(devel)", Revision: "0123456789abcdef", Modified: true}, " (0123456789ab, modified)"},
		{"as a tool of another module",
			debug.BuildInfo{Main: debug.Module{Path: "example.com/shop"}, Settings: revision, Deps: []*debug.Module{{Path: module, Version: "v1.2.3"}}},
			version{Seastack: "v1.2.3"}, ""},
	} {
		var got version
		got.readBuild(&c.info)
		if diff := cmp.Diff(c.want, got); diff != "" || got.revisionNote() != c.note {
			t.Errorf("%s: note %q (-want +got):\n%s", c.name, got.revisionNote(), diff)
		}
	}
}
