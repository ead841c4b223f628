package front_test

import (
	"testing"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/config"
)

// BenchmarkModel measures a load of this repository with the compiler's cache
// warm: what a generate costs after an edit. Run it with
//
//	go test ./gen/front -run '^$' -bench Model -benchtime 5x
//
// Nearly all of it is `go list -export`. Type-checking everything from source
// instead (packages.NeedDeps) takes ten times as long.
func BenchmarkModel(b *testing.B) {
	const root = "../.."
	cfg, err := config.Load(root, "github.com/seastack/seastack")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := gen.Model(b.Context(), root, cfg); err != nil {
			b.Fatal(err)
		}
	}
}
