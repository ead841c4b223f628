package gocmd

import "testing"

func TestErrorsOfCode(t *testing.T) {
	for text, want := range map[string]bool{
		"# m/a\na/a.go:3:12: undefined: nonsense\n":                 true,
		"# m/a\n/go/pkg/tool/linux_amd64/compile: signal: killed\n": false,
		"# m/a\nwrite $WORK/b001/_pkg_.a: no space left on device":  false,
	} {
		if got := (LoadError{Err: text}).isCode(); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if !(LoadError{Pos: "a.go:3:8", Err: "package x is not in std"}).isCode() {
		t.Error("an error with a place")
	}
}
