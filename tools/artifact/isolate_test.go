package artifact

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/artifact/inputs"
)

// isolated are the functions of testdata/isolated.txtar.
var isolated = []Function{
	{Stack: "web", Name: "create", Dir: "stacks/web/lambda/create"},
	{Stack: "web", Name: "list", Dir: "stacks/web/lambda/list"},
	{Stack: "web", Name: "remove", Dir: "stacks/web/lambda/remove"},
}

// TestEditsOfOtherHandlers: whatever is done to one handler's file, or in a new
// one, changes neither key nor bytes of the other functions of the stack.
func TestEditsOfOtherHandlers(t *testing.T) {
	add := func(text string) func(string) string { return func(old string) string { return old + text } }
	edit := func(from, to string) func(string) string {
		return func(old string) string {
			if !strings.Contains(old, from) {
				t.Fatalf("%q is not in the file", from)
			}
			return strings.Replace(old, from, to, 1)
		}
	}
	const file = "stacks/web/remove.go"
	before := mustBuild(t, Request{Root: unpack(t, "isolated.txtar"), Functions: isolated, Env: environment()})
	for name, c := range map[string]struct {
		file   string
		edit   func(string) string
		change string // functions with other bytes
	}{
		"in place":         {file, edit(`"removed"`, `"gone"`), "remove"},
		"lines above":      {file, edit("// Remove removes.", "\n\n// Remove\n// removes."), "remove"},
		"a comment":        {file, edit("// Remove removes.", "// Remove takes away."), ""},
		"a comment inside": {file, edit("fmt.Println", "/* it prints */ fmt.Println"), ""},
		"a method":         {file, add("\nfunc (u *Users) More() string { return u.prefix + \"more\" }\n"), ""},
		"a variable":       {file, add("\nvar table = map[string]func(){\"list\": List}\n"), ""},
		"a constant":       {file, add("\nconst limit = 3\n"), ""},
		"a type":           {file, add("\ntype Other struct{ Users }\n\nfunc (Other) String() string { return \"\" }\n"), ""},
		"an assertion":     {file, add("\nvar _ interface{ Remove() } = (*Users)(nil)\n"), ""},
		"an interface":     {file, edit(`fmt.Println(u.prefix`, `fmt.Println(u, u.prefix`), "remove"},
		"an import": {file, func(old string) string {
			return strings.Replace(old, `"os"`, "\"os\"\n\t\"net/url\"", 1) + "\nfunc escape(s string) string { return url.PathEscape(s) }\n"
		}, "remove"},
		"an embedded file": {file, func(old string) string {
			return strings.Replace(old, "import (", "import (\n\t_ \"embed\"", 1) + "\n//go:embed list.go\nvar source string\n"
		}, "remove"},
		"a new handler":     {"stacks/web/new.go", add("package web\n\nimport \"net/url\"\n\nfunc New() { println(url.PathEscape(\"a/b\")) }\n"), ""},
		"a generic helper":  {"stacks/web/new.go", add("package web\n\nfunc Map[T any](all []T, f func(T) T) { for i := range all { all[i] = f(all[i]) } }\n"), ""},
		"an init function":  {"stacks/web/new.go", add("package web\n\nfunc init() { println(\"hello\") }\n"), "create list remove"},
		"a variable's call": {"stacks/web/new.go", add("package web\n\nvar started = now()\n\nfunc now() int { println(\"now\"); return 1 }\n"), "create list remove"},
		"a blank import":    {"stacks/web/new.go", add("package web\n\nimport _ \"expvar\"\n"), "create list remove"},
		"the constructor":   {"stacks/web/web.go", edit(`" user "`, `" person "`), "create remove"},
		"a shared package":  {"core/names/names.go", edit("strings.TrimSpace(s)", "strings.ToUpper(s)"), "create remove"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Request{Root: unpack(t, "isolated.txtar"), Functions: isolated, Env: environment()} // with a store that is empty
			path := filepath.Join(r.Root, filepath.FromSlash(c.file))
			old, err := os.ReadFile(path)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			write(t, path, c.edit(string(old)))
			after := mustBuild(t, r)
			var changed []string
			for i, f := range after {
				if f.Digest != before[i].Digest {
					changed = append(changed, f.Function)
				}
				own := filepath.Base(c.file) == f.Function+".go"
				if f.InputKey != before[i].InputKey && !own && !slices.Contains(strings.Fields(c.change), f.Function) {
					t.Errorf("%s has another key", f.Function)
				}
			}
			if got := strings.Join(changed, " "); got != c.change {
				t.Errorf("changed: %q, want %q", got, c.change)
			}
		})
	}
}

// TestOnlyWhatIsNeededIsLinked: a handler does not link what another one imports.
func TestOnlyWhatIsNeededIsLinked(t *testing.T) {
	r := Request{Root: unpack(t, "isolated.txtar"), Functions: isolated, Env: environment()}
	results := mustBuild(t, r)
	v := surveyOf(t, r)
	for _, c := range []struct {
		function, pkg string
		want          bool
	}{
		{"web/create", "fmt", true}, {"web/list", "fmt", false}, {"web/list", "runtime", true},
		{"web/list", "example.com/iso/core/names", false}, {"web/remove", "example.com/iso/core/names", true},
	} {
		in := v.Closure.Functions[c.function]
		if _, got := slices.BinarySearch(in.Packages, c.pkg); got != c.want || in.Whole != "" || in.Slice == nil {
			t.Errorf("%s has %s: %t; %q", c.function, c.pkg, got, in.Whole)
		}
	}
	for _, result := range results {
		out, err := exec.Command(unzip(t, result.Path)).CombinedOutput()
		want := map[string]string{"create": "user created\n", "list": "list\n", "remove": "user removed 1\n"}[result.Function]
		if string(out) != want || err != nil {
			t.Errorf("%s prints %q, %v", result.Function, out, err)
		}
	}
}

// TestSlicesOfAnEarlierSurvey: a slice that was taken over is made when it is to be
// built; one that now comes out differently, as when another version of the
// command has made it, is not built under the earlier key.
func TestSlicesOfAnEarlierSurvey(t *testing.T) {
	r := mustNormal(t, Request{Root: unpack(t, "isolated.txtar"), Functions: isolated, Env: environment()})
	fresh := surveyOf(t, r)
	want := fresh.Closure.Functions["web/list"]
	for name, digest := range map[string]string{"the same": want.Slice.Digest, "other rules": "other"} {
		v := fresh
		v.Slices = map[string]inputs.Sliced{}
		earlier := want
		earlier.Slice = &inputs.Package{Digest: digest, Imports: want.Slice.Imports}
		earlier.Key = "key of " + digest
		v.Closure.Functions = maps.Clone(v.Closure.Functions)
		v.Closure.Functions["web/list"] = earlier
		got, err := v.Slice(t.Context(), r.survey(), isolated[1:2])
		if err != nil {
			t.Fatal(err)
		}
		key := got.Closure.Functions["web/list"].Key
		if kept := key == earlier.Key; kept != (name == "the same") || !kept && key != want.Key {
			t.Errorf("%s: key %s", name, key)
		}
		if !maps.Equal(got.Slices["web/list"].Files, fresh.Slices["web/list"].Files) {
			t.Errorf("%s: files %v", name, got.Slices["web/list"].Files)
		}
	}
}

// TestWholePackages: what cannot be sliced is built as a whole.
func TestWholePackages(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"assembly":       {"stacks/web/a.s", "// Nothing.\n", "files that are not Go's"},
		"a dot":          {"stacks/web/a.go", "package web\n\nimport . \"strings\"\n\nvar up = ToUpper(\"a\")\n", "import with a dot"},
		"a linkname":     {"stacks/web/a.go", "package web\n\nimport _ \"unsafe\"\n\n//go:linkname now time.now\nfunc now() (int64, int32, int64)\n", "linkname"},
		"another caller": {"core/names/names.go", "package names\n\nfunc Clean(s string) string { return s }\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Root: unpack(t, "isolated.txtar"), Functions: isolated, Env: environment()}
			write(t, filepath.Join(r.Root, filepath.FromSlash(c.file)), c.text)
			in := surveyOf(t, r).Closure.Functions["web/create"]
			if !strings.Contains(in.Whole, c.want) || (in.Slice == nil) != (c.want != "") {
				t.Errorf("got %q", in.Whole)
			}
		})
	}
}
