package db_test

import (
	"testing"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// BenchmarkStatement compares pgx's modes for a statement of a warm handle.
func BenchmarkStatement(b *testing.B) {
	link := dbtest.URL(b)
	for _, mode := range []string{"cache_describe", "cache_statement"} {
		b.Run(mode, func(b *testing.B) {
			p, err := db.NewPrimary(link + "&default_query_exec_mode=" + mode)
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			for b.Loop() {
				var n int
				if err := p.QueryRow(b.Context(), `SELECT count(*) FROM interviews WHERE interviewer = $1 AND minutes > $2`, "Ada", 5).Scan(&n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
