package front_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

var update = flag.Bool("update", false, "write what the cases give into their archives")

const modulePath = "example.com/hire"

// Each archive is a module. Its last file is its result: model.json, or
// errors.golden with all findings.
const (
	wantModel  = "model.json"
	wantErrors = "errors.golden"
)

// TestMain sets flags that would break every case if they were inherited.
func TestMain(m *testing.M) {
	flag.Parse()
	for name, value := range map[string]string{"GOFLAGS": "-mod=vendor -tags=inherited", "GOOS": "plan9"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestCases(t *testing.T) {
	for _, file := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive := parse(t, file)
			root := unpack(t, archive)
			got := run(t, root)
			if again := run(t, root); !bytes.Equal(got.Data, again.Data) {
				t.Errorf("a second run gives something else:\n%s", cmp.Diff(string(got.Data), string(again.Data)))
			}
			if *update {
				rewrite(t, file, archive, got)
				return
			}
			want := golden(archive)
			if want.Name != got.Name {
				t.Fatalf("want %s, got %s:\n%s", want.Name, got.Name, got.Data)
			}
			if diff := cmp.Diff(string(want.Data), string(got.Data)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Name, diff)
			}
		})
	}
}

// elsewhere are the codes whose cases no archive can hold: TestLost has that of
// NotBelieved, gen/load's TestLinkedFolders that of LinkedFolder, and the
// command's TestBrokenState that of BrokenState; its script warnings.txtar has
// the warnings.
var elsewhere = []string{
	diag.NotBelieved, diag.LinkedFolder, diag.BrokenState, diag.IgnoredByGit, diag.IgnoredTags, diag.IgnoredWorkspace,
}

var ofGenerator = regexp.MustCompile(`^SEA([12]|31)`)

// TestEveryCodeHasACase keeps the list of codes and the cases together: those of
// the generator, which begin with SEA1, SEA2 and SEA31.
func TestEveryCodeHasACase(t *testing.T) {
	var all strings.Builder
	for _, file := range archives(t) {
		if want := golden(parse(t, file)); want.Name == wantErrors {
			all.Write(want.Data)
		}
	}
	for _, code := range diag.Codes() {
		if ofGenerator.MatchString(code) && !slices.Contains(elsewhere, code) && !strings.Contains(all.String(), code+": ") {
			t.Errorf("no case in testdata ends in %s: %s", code, explained(code))
		}
	}
}

func explained(code string) string {
	e, _ := diag.Explain(code)
	return e.Text
}

func archives(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return files
}

func parse(t *testing.T, file string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func isGolden(name string) bool { return name == wantModel || name == wantErrors }

func golden(archive *txtar.Archive) txtar.File {
	for _, f := range archive.Files {
		if isGolden(f.Name) {
			return f
		}
	}
	return txtar.File{}
}

// run returns the model, or the findings, as the archive has them.
func run(t *testing.T, root string) txtar.File {
	t.Helper()
	cfg, err := config.Load(root, modulePath)
	if err != nil {
		t.Fatal(err)
	}
	m, inputs, err := gen.Model(t.Context(), root, cfg)
	if list := (diag.List)(nil); errors.As(err, &list) {
		return txtar.File{Name: wantErrors, Data: []byte(portable(root, list.Error()) + "\n")}
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(inputs.Dirs) == 0 || len(inputs.Files) == 0 {
		t.Errorf("no inputs: %v", inputs)
	}
	return txtar.File{Name: wantModel, Data: marshal(t, m)}
}

// portable removes what differs between machines.
func portable(root, text string) string {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		real = root
	}
	return strings.NewReplacer(real, "$ROOT", root, "$ROOT").Replace(text)
}

func marshal(t *testing.T, m model.Model) []byte {
	t.Helper()
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, got txtar.File) {
	t.Helper()
	var kept []txtar.File
	for _, f := range archive.Files {
		if !isGolden(f.Name) {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, got)
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
