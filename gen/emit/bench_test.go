package emit_test

import (
	"testing"

	"github.com/seastack/seastack/gen/emit"
)

// BenchmarkFiles emits ten stacks of twenty functions.
func BenchmarkFiles(b *testing.B) {
	m, c := load(b, "testdata/network")
	one := m.Stacks[0].Functions[0]
	m.Stacks[0].Functions = nil
	for i := range 20 {
		f := one
		f.Name += string(rune('a' + i))
		f.Entrypoint += string(rune('a' + i))
		m.Stacks[0].Functions = append(m.Stacks[0].Functions, f)
	}
	stack := m.Stacks[0]
	m.Stacks = nil
	for i := range 10 {
		s := stack
		s.Name += string(rune('a' + i))
		m.Stacks = append(m.Stacks, s)
	}
	for b.Loop() {
		if _, err := emit.Files(m, c); err != nil {
			b.Fatal(err)
		}
	}
}
