package module

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cloud")
	f := In(dir)
	if x, err := f.Load(); err != nil || x.Project != "" {
		t.Fatalf("without a file: %+v, %v", x, err)
	}
	m := Module{
		Project: "shop", Functions: []Function{{Name: "shop-local-web-f", Stack: "web", Function: "f", DeadLetters: "f-dlq"}},
		Resources: []Resource{{ID: "queue:orders", Kind: "queue"}},
	}
	if err := Save(dir, m); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, fileName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the passwords of databases: %v, %v", info, err)
	}
	x, err := f.Load()
	if err != nil || x.Label("shop-local-web-f") != "web/f" || x.Label("other") != "other" || x.Owner("f-dlq").Function != "f" ||
		x.Owner("x") != nil || x.Resource("queue:orders") == nil || x.Function("other") != nil {
		t.Fatalf("%+v, %v", x, err)
	}
	if again, _ := f.Load(); again != x {
		t.Error("a file that is the same is read again")
	}
	m.Project = "another"
	if err := Save(dir, m); err != nil {
		t.Fatal(err)
	}
	if x, err := f.Load(); err != nil || x.Project != "another" {
		t.Errorf("a change is not seen: %+v, %v", x, err)
	}
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(`{"pro`), 0o600); err != nil {
		t.Fatal(err)
	}
	if x, err := f.Load(); err == nil || x.Project != "another" {
		t.Errorf("half a file is read as %+v", x)
	}
	if err := os.Remove(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	if x, err := f.Load(); err != nil || x.Project != "" {
		t.Errorf("after a purge: %+v, %v", x, err)
	}
}
