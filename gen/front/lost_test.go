package front

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

var folders = config.Folders{Services: "core/services", Stacks: "stacks"}

// TestLost: what the files declare and a model lacks is named; a model is
// believed when the source is gone.
func TestLost(t *testing.T) {
	root := t.TempDir()
	web := put(t, root, "stacks/web/web.go", `//seastack:stack
package web

type A struct{}

//seastack:http GET /a
func (*A) Get() {}

type B struct{}

//seastack:http GET /b
func (B) Get() {}
`)
	put(t, root, "core/services/notes/notes.go", "package notes\n\n//seastack:queue ready\ntype Ready struct{}\n")
	get := func(line int) model.Function {
		return model.Function{Handler: model.Handler{Name: "Get"}, Pos: model.Position{File: "stacks/web/web.go", Line: line}}
	}
	whole := model.Model{
		Stacks: []model.Stack{{Name: "web", Functions: []model.Function{get(7), get(12)}}},
		Queues: []model.Queue{{Payload: model.TypeRef{Name: "Ready"}, Pos: model.Position{File: "core/services/notes/notes.go", Line: 4}}},
	}
	wantLost(t, root, whole)
	wantLost(t, root, model.Model{}, "notes.go:4:6: SEA1041: Ready", "web.go:7:11: SEA1041: Get", "web.go:12:10: SEA1041: Get")
	one := whole
	one.Stacks = []model.Stack{{Name: "web", Functions: whole.Stacks[0].Functions[:1]}}
	wantLost(t, root, one, "web.go:12:10: SEA1041: Get")
	noQueue := whole
	noQueue.Queues = nil
	wantLost(t, root, noQueue, "notes.go:4:6: SEA1041: Ready")
	if err := os.Remove(web); err != nil {
		t.Fatal(err)
	}
	wantLost(t, root, model.Model{Queues: whole.Queues})
}

// TestLostCannotLook: a file that cannot be read is no answer.
func TestLostCannotLook(t *testing.T) {
	root := t.TempDir()
	put(t, root, "stacks/web/web.go", "package web\n")
	loop := filepath.Join(root, "stacks", "web", "loop.go")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if list, err := Lost(root, folders, model.Model{}); err == nil {
		t.Errorf("no error, but %v", list)
	}
	if err := os.Remove(loop); err != nil {
		t.Fatal(err)
	}
	put(t, root, "stacks/web/broken.go", "package web\n\n//seastack:http GET /x\nfunc (")
	if list, err := Lost(root, folders, model.Model{}); err == nil {
		t.Errorf("no error, but %v", list)
	}
}

func TestDeclares(t *testing.T) {
	root := t.TempDir()
	put(t, root, "stacks/web/web.go", "package web\n\n//seastack:function\nfunc F() {}\n")
	put(t, root, "stacks/old/old.go", "package old\n")
	for dir, want := range map[string]bool{"stacks/web": true, "stacks/old": false, "stacks/gone": false} {
		if got, err := Declares(root, dir); got != want || err != nil {
			t.Errorf("%s: %t, %v", dir, got, err)
		}
	}
}

func wantLost(t *testing.T, root string, m model.Model, want ...string) {
	t.Helper()
	list, err := Lost(root, folders, m)
	if err != nil || len(list) != len(want) {
		t.Fatalf("got %v, %v; want %q", list, err, want)
	}
	for i, d := range list {
		if d.Code != diag.NotBelieved || !strings.Contains(d.Error(), want[i]) || d.Next == "" {
			t.Errorf("got %v, want %s", d, want[i])
		}
	}
}

func put(t *testing.T, root, name, text string) string {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
