package change

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/objects"
)

func TestRecordsThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	records := objects.Folder{Dir: file}
	_, err := ReadRecord(t.Context(), records, "web")
	for _, err := range []error{err, WriteRecord(t.Context(), records, Record{Root: "web"}), DeleteRecord(t.Context(), records, "web")} {
		var d diag.Diagnostic
		if !errors.As(err, &d) || d.Code != diag.RecordsUnusable || !strings.Contains(d.Message, file) {
			t.Errorf("got %v", err)
		}
	}
}

// deploy records the module as deployed, root by root.
func deploy(t *testing.T, r Request, to objects.Store, roots ...string) {
	t.Helper()
	functions, err := Entrypoints(r.Root, r.Folders)
	if err != nil {
		t.Fatal(err)
	}
	request := artifact.Request{Root: r.Root, Functions: functions, Target: r.Target, Store: r.Store, Env: r.Env}
	built, err := artifact.Build(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	c, err := artifact.Inspect(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	files, err := ConfigurationFiles(r.Root, r.Folders)
	if err != nil {
		t.Fatal(err)
	}
	commit, dirty := Commit(t.Context(), r.Root, r.Env)
	for _, root := range roots {
		record := Record{Root: root, Commit: commit, Dirty: dirty, Time: time.Now(), Closure: c.Only(root), Files: files, Digests: map[string]string{}}
		for _, b := range built {
			if b.Stack == root {
				record.Digests[b.Function] = b.Digest
			}
		}
		if err := WriteRecord(t.Context(), to, record); err != nil {
			t.Fatal(err)
		}
	}
}

var roots = []string{"platform", "web", "jobs"}

func TestSinceDeployed(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	r := shopRequest(t, m.root)
	records := objects.Folder{Dir: t.TempDir()}
	deploy(t, r, records, roots...)
	compare := func() (Sides, Affected) {
		t.Helper()
		s, err := SinceDeployed(t.Context(), r, "local", roots, records)
		if err != nil {
			t.Fatal(err)
		}
		return s, s.Affected()
	}
	if _, a := compare(); len(a.Functions)+len(a.Stacks)+len(a.Migrations) > 0 || a.Untouched.Functions != 3 {
		t.Errorf("nothing has changed: %+v", a)
	}

	m.replace("core/services/prices/tax.go", "19", "20")
	m.write("terraform/stacks/jobs/sum.gen.tf", "locals {}\n")
	m.write("terraform/envs/local/web/artifacts.json", "{}")
	m.write("terraform/modules/function/x.tf", "locals {}\n")
	m.write("core/db/migrations/0002_next.sql", "-- +goose Up\n")
	s, a := compare()
	if got := strings.Join(ids(a), " "); got != "jobs/sum web/show" || len(a.Stacks) != 2 || len(a.Migrations) != 1 {
		t.Errorf("got %s; %+v", got, a)
	}
	if err := s.Exactly(t.Context(), &a, nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids(a), " "); got != "jobs/sum web/show" {
		t.Errorf("by bytes: %s", got)
	}
	e := s.Explain("web/show")
	if err := s.Declare(t.Context(), &e); err != nil || len(e.Packages) != 1 || e.Packages[0].Files[0].Declarations[0].Name != "func tax" {
		t.Errorf("got %+v, %v", e, err)
	}

	// One stack alone is deployed again, from files that are in no commit.
	deploy(t, r, records, "web")
	_, a = compare()
	if got := strings.Join(ids(a), " "); got != "jobs/sum" || len(a.Stacks) != 2 {
		t.Errorf("got %s; %+v", got, a)
	}
	deploy(t, r, records, roots...)
	if _, a := compare(); len(a.Functions)+len(a.Stacks)+len(a.Migrations) > 0 {
		t.Errorf("all is deployed: %+v", a)
	}
	m.replace("core/services/prices/tax.go", "20", "21")
	s, _ = compare()
	e = s.Explain("web/show")
	if err := s.Declare(t.Context(), &e); err != nil || len(e.Packages) != 1 || len(e.Packages[0].Files[0].Declarations) > 0 {
		t.Errorf("nothing has the files: %+v, %v", e, err)
	}
}

// TestSinceDeployedFromSeveralCommits: no single commit has the files of roots
// that were deployed one after another.
func TestSinceDeployedFromSeveralCommits(t *testing.T) {
	root := shop(t)
	r := shopRequest(t, root)
	records := objects.Folder{Dir: t.TempDir()}
	deploy(t, r, records, "web")
	git(t, root, "commit", "-q", "--allow-empty", "-m", "Next")
	for _, c := range []struct {
		roots []string
		known bool
	}{{[]string{"jobs", "platform"}, false}, {roots, true}} {
		deploy(t, r, records, c.roots...)
		s, err := SinceDeployed(t.Context(), r, "local", roots, records)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Base.Commit != ""; got != c.known {
			t.Errorf("after %v: commit %q", c.roots, s.Base.Commit)
		}
	}
}

func TestWriteRecordWritesOnlyWhatIsNew(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	r := shopRequest(t, m.root)
	records := objects.Folder{Dir: t.TempDir()}
	deploy(t, r, records, "web")
	before, err := os.ReadFile(records.Place(recordName("web")))
	if err != nil {
		t.Fatal(err)
	}
	deploy(t, r, records, "web")
	if after, _ := os.ReadFile(records.Place(recordName("web"))); string(after) != string(before) {
		t.Error("written again")
	}
	git(t, m.root, "commit", "-q", "--allow-empty", "-m", "Next")
	deploy(t, r, records, "web")
	if after, _ := os.ReadFile(records.Place(recordName("web"))); string(after) == string(before) {
		t.Error("another commit is not written")
	}
}

func TestSinceDeployedRefuses(t *testing.T) {
	root := shop(t)
	r := shopRequest(t, root)
	records := objects.Folder{Dir: t.TempDir()}
	refused := func(code string) {
		t.Helper()
		_, err := SinceDeployed(t.Context(), r, "local", roots, records)
		var d diag.Diagnostic
		if !errors.As(err, &d) || d.Code != code || d.Next == "" {
			t.Errorf("got %v", err)
		}
	}
	refused(diag.NeverDeployed)
	deploy(t, r, records, "web")
	whole, err := os.ReadFile(records.Place(recordName("web")))
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"", "nonsense", string(whole[:len(whole)/2])} {
		if err := records.Put(t.Context(), recordName("web"), []byte(content)); err != nil {
			t.Fatal(err)
		}
		refused(diag.BadRecord)
	}
	deploy(t, r, records, "web") // writes it anew
	if _, err := SinceDeployed(t.Context(), r, "local", roots, records); err != nil {
		t.Error(err)
	}
}
