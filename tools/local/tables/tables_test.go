package tables

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"migrations/1_orders.sql": "-- +goose Up\nCREATE TABLE orders (id int);\ncreate table IF NOT EXISTS \"lines\" (id int);\nCREATE UNLOGGED TABLE unused (id int);",
		"services/orders/o.go": "package orders\n\nconst q = `SELECT * FROM orders o JOIN lines l ON true JOIN elsewhere e ON true`\n" +
			"// unused: SELECT FROM unused\nconst text = \"Notes from orders-place\"\n",
		"services/orders/o_test.go":       "package orders\n\nconst q = `DELETE FROM unused`\n",
		"services/orders/testdata/x.go":   "package x\n\nconst q = `DELETE FROM unused`\n",
		"services/billing/deep/deep.go":   "package deep\n\nconst q = \"insert into Lines values (1)\"\n",
		"services/broken/broken.go":       "package broken\n\nconst q = `FROM orders",
		"services/without/without.go":     "package without\n",
		"services/orders/internal/sub.go": "package internal\n\nvar _ = \"update orders set id = 2\"\n",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Find(filepath.Join(root, "services"), filepath.Join(root, "migrations"), filepath.Join(root, "none"))
	if err != nil {
		t.Fatal(err)
	}
	for service, tables := range got {
		if len(tables) == 0 {
			delete(got, service)
		}
	}
	want := map[string][]string{"orders": {"lines", "orders"}, "billing/deep": {"lines"}, "orders/internal": {"orders"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, err := Find(filepath.Join(root, "none"), filepath.Join(root, "migrations")); err != nil || len(got) != 0 {
		t.Errorf("without services: %v, %v", got, err)
	}
}
